/** light_sernet.c with the compiler options of other people's projects: the same code, or a refusal in one sentence. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { THOROUGH } from "../module/cases.js";
import { runProgram } from "../support/command.js";
import { type CModel, skipCompiler, writeRandomModel } from "./c_build.js";
import { missingPrograms, skipHost } from "./cortex_m_make.js";

const ARM = "arm-none-eabi-gcc";
const CC = process.env.CC ?? "cc";
const skipArm = skipHost("cortex-m");
/** RISC-V and the last two have fused multiply-adds, the last one half-precision floats. None gets a -std option, so they compile GNU C. */
const COMPILERS = [
  { name: "this machine", program: CC, flags: [], skip: skipCompiler },
  {
    name: "RISC-V",
    program: "riscv64-unknown-elf-gcc",
    flags: ["-march=rv32imafc", "-mabi=ilp32f", "--specs=picolibc.specs"],
    skip: skipHost("riscv"),
  },
  { name: "Cortex-M3", program: ARM, flags: ["-mcpu=cortex-m3", "-mthumb"], skip: skipArm },
  { name: "Cortex-M4F", program: ARM, flags: ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard"], skip: skipArm },
  { name: "Cortex-M55", program: ARM, flags: ["-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard"], skip: skipArm },
];
const FUSED = /\bv?fn?m(a|s|add|sub)\b|\bvfn?m(add|sub)\d/;

/** They let a compiler change sums; so does GNU C with no option at all, which fuses: its own choice is -ffp-contract=fast. */
const UNSAFE = [
  [],
  ["-funsafe-math-optimizations"],
  ["-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math"],
  ["-freciprocal-math"],
  ["-fsingle-precision-constant"],
];
/** At once; -ffp-contract stays what it is without an option. */
const ALL_UNSAFE = [UNSAFE.flat()];
const UNCHECKED = ["-DLSN_UNCHECKED"];
const REFUSED = ["-ffast-math", "-Ofast", "-ffinite-math-only"];

let work: string;
let model: CModel;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-options-"));
  model = await writeRandomModel(join(work, "model"));
});
after(() => rmSync(work, { recursive: true, force: true }));

const compile = (program: string, flags: readonly string[], output: readonly string[]) =>
  runProgram(program, ["-O2", ...flags, ...output, join(model.folder, "src", "light_sernet.c")], { folder: work });

/** The assembly code, without what the compiler says of its own options. */
async function code(program: string, flags: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await compile(program, flags, ["-S", "-o", "-"]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  return stdout.replaceAll(/^\s*\.eabi_attribute .*\n/gm, "");
}

for (const { name, program, flags, skip } of COMPILERS) {
  // Each by itself on this machine, checked, and with LIGHT_SERNET_THOROUGH=1 everywhere, unchecked, too: the sums are the same C for all.
  const here = program === CC;
  test(`${name}: options that let sums change do not reach the code`, { skip }, async () => {
    const { stdout: choices } = await runProgram(program, ["-O2", ...flags, "-Q", "--help=optimizers"], { environment: { LC_ALL: "C" } });
    assert.match(choices, /^ +-ffp-contract=.*\bfast$/m, "without an option it fuses");
    for (const build of THOROUGH || here ? [[], UNCHECKED] : [[]]) {
      const plain = await code(program, [...flags, ...build, "-ffp-contract=off"]);
      assert.ok(plain.includes("lsn_classify") && plain.length > 50_000);
      assert.doesNotMatch(plain, FUSED);
      for (const unsafe of THOROUGH || (here && build !== UNCHECKED) ? UNSAFE : ALL_UNSAFE)
        assert.ok((await code(program, [...flags, ...build, ...unsafe])) === plain, unsafe.join(" ") || "none");
    }
  });

  test(`${name}: options that forget what is not a number are refused`, { skip }, async () => {
    for (const refused of REFUSED) {
      const { code, stderr } = await compile(program, [...flags, refused, "-Wfatal-errors"], ["-c", "-o", join(work, "refused.o")]);
      assert.equal(code, 1, refused);
      assert.match(stderr, /error: .*compile light_sernet\.c without -ffast-math, -Ofast and -ffinite-math-only/);
    }
  });
}

test("a compiler fuses multiply-adds where nothing stops it", { skip: skipArm }, async () => {
  const input = "float f(float x, float y, float z) { return x * y + z; }\n";
  const { flags } = COMPILERS.at(-1)!;
  const { stdout } = await runProgram(ARM, ["-O2", ...flags, "-x", "c", "-", "-S", "-o", "-"], { input: Buffer.from(input) });
  assert.match(stdout, FUSED);
});

test("Clang: no warning, and options that let sums change do not reach the code but for those that README.md names", {
  skip: missingPrograms({ clang: "clang" }),
}, async () => {
  // With the instructions that fuse, where this is such a machine.
  const flags = process.arch === "x64" ? ["-march=x86-64-v3"] : [];
  const plain = await code("clang", [...flags, "-Wall", "-Wextra", "-Werror", "-ffp-contract=off"]);
  assert.doesNotMatch(plain, FUSED);
  for (const unsafe of UNSAFE.filter((flags) => !flags.includes("-fsingle-precision-constant")))
    assert.ok((await code("clang", [...flags, ...unsafe])) === plain, unsafe.join(" "));
  const readme = readFileSync(join(model.folder, "README.md"), "utf8");
  for (const named of ["-ffp-contract=fast", "-funsafe-math-optimizations", "-freciprocal-math", "-fno-signed-zeros"])
    assert.ok(readme.includes(named), named);
});

/** Processors for which GCC 12.2 has taken accesses for such at NULL: of each instruction set one. */
const WITHOUT_FLOATS = [
  ["-mcpu=cortex-m0plus", "-mthumb"],
  ["-mcpu=cortex-m3", "-mthumb"],
  ["-mcpu=cortex-a7", "-marm", "-mfloat-abi=soft"],
];
if (THOROUGH)
  WITHOUT_FLOATS.push(["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=soft"], ["-mcpu=cortex-m33+nodsp", "-mthumb", "-mfloat-abi=soft"]);

for (const cpu of WITHOUT_FLOATS) {
  test(`${cpu.join(" ")}: no access is taken for one at NULL, after which nothing would matter`, {
    skip: skipHost("cortex-m"),
  }, async () => {
    for (const [index, build] of (THOROUGH || cpu === WITHOUT_FLOATS[0] ? [[], UNCHECKED] : [[]]).entries()) {
      const folder = join(work, `dumps${cpu.join("")}-${index}`);
      mkdirSync(folder);
      const dumps = ["-fdump-tree-local-pure-const2", "-fdump-tree-modref2", "-dumpdir", `${folder}/`];
      const { code, stderr } = await compile(ARM, [...cpu, ...build, ...dumps], ["-c", "-o", join(folder, "object.o")]);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
      assert.ok(existsSync(join(folder, "object.o")));
      const said = readdirSync(folder)
        .filter((name) => /pure-const|modref/.test(name))
        .map((name) => readFileSync(join(folder, name), "utf8"));
      assert.equal(said.length, 2);
      for (const text of said) {
        assert.match(text, /module_f\d+/);
        assert.doesNotMatch(text, /NULL memory access/);
      }
    }
  });
}

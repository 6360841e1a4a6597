/**
 * Flags of other people's projects: what light_sernet.c needs from libraries with them, and that the firmware returns the logits of Node. What a flag
 * could change and does not: which operations become calls, how structures and enumerations lie, how sums, signs and accesses are compiled.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Recognition } from "../../ts-tools/runtime/index.js";
import { THOROUGH } from "../module/cases.js";
import { lines, runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { fillBuildFolder } from "../support/shipped_build.js";
import { type CModel, skipCompiler, writeRandomModel } from "./c_build.js";
import { assertSameAnswer, flashLine, make, missingPrograms, nodeAnswers, skipHost } from "./cortex_m_make.js";

/** Every build may copy and fill memory. */
const MEMORY = ["memcpy", "memmove", "memset"];
/** Of the compiler's own library, by what the processor lacks. */
const ARM_64 = ["__aeabi_ldivmod", "__aeabi_uldivmod"];
const ARM_FLOATS = ["fadd", "fsub", "fmul", "fdiv", "fcmpeq", "fcmpge", "fcmpgt", "fcmple", "fcmplt", "fcmpun", "f2iz", "i2f"].map(
  (name) => `__aeabi_${name}`,
);
const ARM_SMALL = ["idiv", "idivmod", "uidiv", "uidivmod", "llsl", "llsr", "lasr", "lmul"].map((name) => `__aeabi_${name}`);
/** Jump tables of Thumb without TBB, for size. */
const ARM_SWITCHES = [
  "__gnu_thumb1_case_sqi",
  "__gnu_thumb1_case_uqi",
  "__gnu_thumb1_case_shi",
  "__gnu_thumb1_case_uhi",
  "__gnu_thumb1_case_si",
];
const RISCV_64 = ["__divdi3", "__moddi3", "__udivdi3", "__umoddi3"];
const RISCV_FLOATS = ["add", "sub", "mul", "div"]
  .map((name) => `__${name}sf3`)
  .concat(["__eqsf2", "__nesf2", "__gesf2", "__gtsf2", "__lesf2", "__ltsf2", "__unordsf2", "__fixsfsi", "__floatsisf"]);

const ARM = "arm-none-eabi-gcc";
const RISCV = "riscv64-unknown-elf-gcc";
const skipArm = skipHost("cortex-m");
const skipRiscv = skipHost("riscv");
const PICOLIBC = "--specs=picolibc.specs";

interface Target {
  name: string;
  program: string;
  flags: readonly string[];
  allowed: readonly string[];
  skip: string | false;
}
const TARGETS: readonly Target[] = [
  { name: "this machine", program: process.env.CC ?? "cc", flags: [], allowed: [], skip: skipCompiler },
  {
    name: "Cortex-M0+",
    program: ARM,
    flags: ["-mcpu=cortex-m0plus", "-mthumb"],
    allowed: [...ARM_64, ...ARM_FLOATS, ...ARM_SMALL, ...ARM_SWITCHES],
    skip: skipArm,
  },
  { name: "Cortex-M3", program: ARM, flags: ["-mcpu=cortex-m3", "-mthumb"], allowed: [...ARM_64, ...ARM_FLOATS], skip: skipArm },
  { name: "Cortex-M4F", program: ARM, flags: ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard"], allowed: ARM_64, skip: skipArm },
  {
    name: "Cortex-M4F, floats in integer registers",
    program: ARM,
    flags: ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=softfp"],
    allowed: ARM_64,
    skip: skipArm,
  },
  { name: "Cortex-M55", program: ARM, flags: ["-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard"], allowed: ARM_64, skip: skipArm },
  { name: "rv32imafc", program: RISCV, flags: ["-march=rv32imafc", "-mabi=ilp32f", PICOLIBC], allowed: RISCV_64, skip: skipRiscv },
  {
    name: "rv32imac",
    program: RISCV,
    flags: ["-march=rv32imac", "-mabi=ilp32", PICOLIBC],
    allowed: [...RISCV_64, ...RISCV_FLOATS],
    skip: skipRiscv,
  },
];
const FREESTANDING = [
  ["-Os", "-fno-builtin", "-frounding-math", "-fsignaling-nans"],
  ["-O2", "-fmath-errno"],
  ["-O0", "-ffreestanding"],
];
/** Of each instruction set one with floats and one without; the others, which are like one of them, with the first flags, or with LIGHT_SERNET_THOROUGH=1 with all. */
const ALL_FLAGS = ["this machine", "Cortex-M0+", "Cortex-M4F", "rv32imac"];

interface RunFlags {
  flags: string;
  core?: string;
  cpu?: string;
  helpers?: readonly string[];
}

/** Flags that touch different things: one firmware with all of them, and with LIGHT_SERNET_THOROUGH=1 one with each. */
const together = (...all: readonly string[]): readonly RunFlags[] => (THOROUGH ? all : [all.join(" ")]).map((flags) => ({ flags }));

/** With which the firmware is run. Unless said otherwise on a Cortex-M4F. */
const FLAGS: readonly RunFlags[] = [
  { flags: "-O0" },
  { flags: "-Os -ffreestanding -fno-builtin" },
  { flags: "-O3 -fmath-errno" },
  { flags: "-O3 -DLSN_SOFTWARE_SQRT" },
  { flags: "-flto" },
  ...together("-frounding-math -fsignaling-nans", "-fwrapv -fshort-enums -funsigned-char"),
  // Signed sums that overflow are calls that stop the program: none does.
  { flags: "-ftrapv", helpers: ["__addvsi3", "__subvsi3", "__mulvsi3", "__negvsi2", "__addvdi3", "__subvdi3", "__mulvdi3", "__negvdi2"] },
  ...together("-fno-short-enums -fpack-struct", "-fno-strict-aliasing -mno-unaligned-access", "-mslow-flash-data"),
  { flags: "-fPIC", helpers: ["_GLOBAL_OFFSET_TABLE_"] },
  { flags: "-Os", cpu: "-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=softfp" },
  { flags: "-Os", cpu: "-mcpu=cortex-m4 -mfloat-abi=soft", helpers: ARM_FLOATS },
  { flags: "-mcmse", core: "cortex-m33" },
  { flags: "-Os -fno-builtin", core: "cortex-m3", helpers: ARM_FLOATS },
];

let work: string;
let model: CModel;
let longSound: Recognition;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-flags-"));
  model = await writeRandomModel(join(work, "model"));
  if (!skipArm) await fillBuildFolder(join(work, "build"), ["micro"]);
  const micro = join(repositoryRoot, "weights", "micro", "int8");
  [longSound] = (await nodeAnswers([join(repositoryRoot, "examples", "long.wav")], micro)) as [Recognition];
});
after(() => rmSync(work, { recursive: true, force: true }));

/** What an object file lacks. */
function undefinedSymbols(nm: string, object: string): string[] {
  const { status, stdout } = spawnSync(nm, ["-u", object], { encoding: "utf8" });
  assert.equal(status, 0);
  return lines(stdout).map((line) => line.trim().split(/\s+/)[1]!);
}

const nmOf = (program: string): string => program.replace(/g?cc$/, "nm");

for (const { name, program, flags, allowed, skip } of TARGETS) {
  test(`${name}: light_sernet.c needs memcpy, memmove, memset, and what the processor lacks`, {
    skip: skip || missingPrograms({ [nmOf(program)]: "binutils" }),
  }, async () => {
    for (const options of THOROUGH || ALL_FLAGS.includes(name) ? FREESTANDING : FREESTANDING.slice(0, 1)) {
      const object = join(work, "object.o");
      const { code, stderr } = await runProgram(program, [
        ...flags,
        ...options,
        "-c",
        join(model.folder, "src", "light_sernet.c"),
        "-o",
        object,
      ]);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
      const missing = undefinedSymbols(nmOf(program), object);
      for (const function_ of MEMORY) assert.ok(missing.includes(function_), function_);
      assert.deepEqual(
        missing.filter((symbol) => ![...MEMORY, ...allowed].includes(symbol)),
        [],
        options.join(" "),
      );
    }
  });
}

for (const [index, { flags, core = "cortex-m4", cpu, helpers = [] }] of FLAGS.entries()) {
  test(`${cpu ?? core} with ${flags}: the logits of Node`, { skip: skipArm }, async () => {
    const out = join(work, `run-${index}`);
    const variables = { BUILD: join(work, "build"), OUT: out, MODEL: "micro", CORE: core, EXTRA_FLAGS: flags };
    // The compiler chooses its libraries by the first word on floats, so another one must not follow.
    const result = await make("cortex-m", cpu ? { ...variables, CPU: `${cpu} -mthumb -DCENTINANOSECONDS_PER_TICK=4000` } : variables);
    assertSameAnswer(flashLine(result), longSound);
    const missing = flags.includes("-flto") ? [] : undefinedSymbols("arm-none-eabi-nm", join(out, "light_sernet.o"));
    assert.deepEqual(
      missing.filter((symbol) => ![...MEMORY, ...ARM_64, ...helpers].includes(symbol)),
      [],
    );
    const { stdout } = spawnSync("arm-none-eabi-nm", [join(out, "firmware.elf")], { encoding: "utf8" });
    assert.match(stdout, / lsn_classify\b/m);
    assert.doesNotMatch(stdout, / (__ieee754_)?(sqrt|fabs|copysign|nearbyint|rint)f?$/m);
  });
}

/** The square root for processors without an instruction for it, compared with this machine's instruction: both return the nearest float. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { compileC, skipCompiler, source } from "./c_build.js";
import { missingPrograms } from "./cortex_m_make.js";

const SOFTWARE = "-DLSN_SOFTWARE_SQRT";
const thorough = process.env.LIGHT_SERNET_THOROUGH === "1";
const INCLUDE = ["-I", join(repositoryRoot, "hosts", "firmware"), "-Wno-unused-function"];

let work: string;

before(() => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-root-"));
});
after(() => rmSync(work, { recursive: true, force: true }));

/** How many roots a build of square_root.c has compared: it ends at the first that is wrong. */
async function compared(what: string, flags: readonly string[]): Promise<number> {
  const program = await compileC(join(work, "program"), [source("square_root.c"), "-lm"], [...INCLUDE, ...flags]);
  const { code, stdout } = await runProgram(program, [what]);
  assert.equal(code, 0, stdout);
  return Number(stdout);
}

for (const [name, flags] of Object.entries({ computed: ["-O2", SOFTWARE], "the instruction": ["-O2"] })) {
  test(`${name}: every significand, every exponent, every subnormal`, { skip: skipCompiler }, async () => {
    assert.ok((await compared("proof", flags)) > 3 * 2 ** 23 + 512 * 16_000);
  });
}

test("computed: all floats", { skip: skipCompiler || (!thorough && "minutes long: LIGHT_SERNET_THOROUGH=1") }, async () => {
  assert.equal(await compared("all", ["-O3", SOFTWARE]), 2 ** 32);
});

test("a root that is cut off instead of rounded is seen", { skip: skipCompiler }, async () => {
  const folder = join(work, "cut-off");
  cpSync(join(repositoryRoot, "hosts", "firmware"), folder, { recursive: true });
  const header = join(folder, "light_sernet_sqrt.h");
  const text = readFileSync(header, "utf8");
  writeFileSync(header, text.replace("((root + 1) >> 1)", "(root >> 1)"));
  assert.notEqual(readFileSync(header, "utf8"), text);
  const flags = ["-I", folder, "-Wno-unused-function", "-O2", SOFTWARE];
  const program = await compileC(join(work, "wrong"), [source("square_root.c"), "-lm"], flags);
  const { code, stdout } = await runProgram(program, ["proof"]);
  assert.equal(code, 1);
  assert.match(stdout, /^root of [0-9a-f]{8}: [0-9a-f]{8}/);
});

/** Both orders of operands in the text of the instruction: a compiler may write either. */
test("x86: the order of operands of AT&T and of Intel, by GCC and Clang", {
  skip: skipCompiler || (process.arch !== "x64" && "not an x86-64") || missingPrograms({ gcc: "gcc", clang: "clang", objdump: "binutils" }),
}, async () => {
  const input = Buffer.from('#define LSN_MEMORY_BYTES 256\n#include "light_sernet_runtime.h"\nf32 root(f32 x) { return wasm_sqrtf(x); }\n');
  for (const compiler of ["gcc", "clang"]) {
    for (const dialect of ["att", "intel"]) {
      const object = join(work, `${compiler}-${dialect}.o`);
      const flags = ["-O2", `-masm=${dialect}`, ...INCLUDE, "-c", "-x", "c", "-", "-o", object];
      const { code, stderr } = await runProgram(compiler, flags, { input });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" }, `${compiler} ${dialect}`);
      const { stdout } = await runProgram("objdump", ["-d", "--no-show-raw-insn", object]);
      assert.match(stdout, /sqrtss %xmm0,%xmm\d/, `${compiler} ${dialect}`);
    }
  }
});

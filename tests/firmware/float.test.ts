/** Floats for processors without an FPU, compared with this machine's: every pair must give the same bits. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { withNumbers } from "../../ts-tools/firmware/numbers.js";
import { runProgram } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";
import { compileC, skipCompiler, source } from "./c_build.js";

const thorough = process.env.LIGHT_SERNET_THOROUGH === "1";
const firmware = join(repositoryRoot, "hosts", "firmware");

let work: string;

before(() => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-float-"));
});
after(() => rmSync(work, { recursive: true, force: true }));

/** What float.c says of the header in `folder`. */
async function compared(folder: string, rounds: number, flags: readonly string[]): Promise<{ code: number | null; stdout: string }> {
  const all = ["-I", folder, "-Wno-unused-function", "-Wno-parentheses", "-ffp-contract=off", ...flags];
  const program = await compileC(join(work, "program"), [source("float.c"), "-lm"], all);
  return runProgram(program, [String(rounds)]);
}

test("sums, products and chains of them: the edges of all exponents, and 20 million random pairs", { skip: skipCompiler }, async () => {
  const rounds = thorough ? 1_000_000_000 : 20_000_000;
  assert.deepEqual({ ...(await compared(firmware, rounds, ["-O2"])), stderr: "" }, { code: 0, stdout: `${rounds}\n`, stderr: "" });
});

test("nothing undefined happens", { skip: skipCompiler }, async () => {
  const { code, stdout } = await compared(firmware, 300_000, ["-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all"]);
  assert.equal(code, 0, stdout);
});

for (const [what, before, after] of [
  ["halves that are rounded up", "if ((x & 31) == 0) x &= ~32;", ""],
  ["a lost bit below the last place of a sum", "sum |= (s32)((u32)sum << distance) != y.significand;", ""],
  ["a lost bit below the last place of a product", "| ((u32)product != 0), result.exponent", ", result.exponent"],
  ["sums too large for a float", "UNLIKELY(result.exponent >= (s32)NORMAL_EXPONENTS - 1)", "UNLIKELY(0)"],
] as const) {
  test(`seen: ${what}`, { skip: skipCompiler }, async () => {
    const folder = join(work, "wrong");
    cpSync(firmware, folder, { recursive: true });
    const header = join(folder, "light_sernet_float.h");
    const text = readFileSync(header, "utf8");
    assert.ok(text.includes(before));
    writeFileSync(header, text.replace(before, after));
    const { code, stdout } = await compared(folder, 2_000_000, ["-O2"]);
    assert.equal(code, 1);
    assert.match(stdout, /^[\w ]+ of [0-9a-f]{8} and [0-9a-f]{8}: /);
  });
}

const FUNCTION = (lines: readonly string[]): string =>
  ["static f32 module_f1(module_instance* instance, f32 var_p0) {", "  f32 var_l1 = 0, var_f0,", "      var_f1;", ...lines, "}"].join("\n");
const arithmetic = [
  "  var_f0 = var_p0;",
  "  var_i0 = i32_reinterpret_f32(var_f0);",
  "  var_f1 = 0.5f;",
  "  var_f0 *= var_f1;",
  "  var_f0 += var_f1;",
  "  var_f1 = f32_load(&instance->memory, var_i0, 4);",
  "  var_f0 = var_f0 - var_f1;",
  "  var_f0 = -(var_f0);",
  "  var_f0 = wasm_sqrtf(var_f0);",
  "  var_l1 = var_f0;",
  "  var_f1 = (f32)(s32)(var_i0);",
  "  var_f0 /= var_f1;",
  "  var_f0 += var_f1;",
  "  var_f0 = module_f2(instance, var_f0);",
  "  f32_store(&instance->memory, var_i0, 0, var_f0);",
  "  return var_f0;",
];

test("a function of arithmetic is written in numbers, from parameters and loads to stores and results", () => {
  assert.deepEqual(withNumbers(FUNCTION(arithmetic)).split("\n"), [
    "static f32 module_f1(module_instance* instance, f32 var_p0) {",
    "  number var_l1 = number_of(0.0f), var_f0, var_f1;",
    "  var_f0 = number_of(var_p0);",
    "  var_i0 = bits_of(var_f0);",
    "  var_f1 = number_of(0.5f);",
    "  var_f0 = number_mul(var_f0, var_f1);",
    "  var_f0 = number_add(var_f0, var_f1);",
    "  var_f1 = number_of(f32_load(&instance->memory, var_i0, 4));",
    "  var_f0 = number_sub(var_f0, var_f1);",
    "  var_f0 = number_neg(var_f0);",
    "  var_f0 = number_sqrt(var_f0);",
    "  var_l1 = var_f0;",
    "  var_f1 = number_of_s32((s32)var_i0);",
    "  var_f0 = number_div(var_f0, var_f1);",
    "  var_f0 = number_add(var_f0, var_f1);",
    "  var_f0 = number_of(module_f2(instance, f32_of(var_f0)));",
    "  f32_store(&instance->memory, var_i0, 0, f32_of(var_f0));",
    "  return f32_of(var_f0);",
    "}",
  ]);
});

test("a function that compares floats, keeps them in globals, or computes little stays as it is", () => {
  for (const other of [
    "  var_i0 = var_f0 < var_f1;",
    "  instance->g1 = var_f0;",
    "  var_f0 = FMAX(var_f0, var_f1);",
    "  var_p0 = var_f0;",
  ]) {
    const text = FUNCTION([...arithmetic, other]);
    assert.equal(withNumbers(text), text, other);
  }
  const short = FUNCTION(arithmetic.slice(0, 5));
  assert.equal(withNumbers(short), short);
});

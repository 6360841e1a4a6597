/**
 * Every function of ts-tools/abi/exports.ts is in the C of every model. The optimizer merges exports that return the same number:
 * classCount() and abiVersion() of a single class, frameCount() and coefficientCount() of a square image.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { EXPORTS, type ExportedFunction } from "../../ts-tools/abi/exports.js";
import { cName } from "../../ts-tools/firmware/header.js";
import { mergedExports } from "../../ts-tools/firmware/translate.js";
import { shortFrontEnd } from "../module/built_model.js";
import { Instance } from "../module/instance.js";
import { runProgram } from "../support/command.js";
import { type CModel, compileC, SMALL, skipCompiler, writeRandomModel, writeShippedModel } from "./c_build.js";
import { WITHOUT_ADDRESS } from "./c_script.js";

const thorough = process.env.LIGHT_SERNET_THOROUGH === "1";
/** Those that another export's number equals, and the ends. Thorough: all up to 64. */
const COUNTS = [...(thorough ? Array.from({ length: 64 }, (_, index) => index + 1) : [1, 2, 7, 40, 64]), 184, 256];

/** Functions that only return a number of the model: the order of the calls does not matter. */
const CONSTANT = (Object.entries(EXPORTS) as [string, ExportedFunction][]).filter(
  ([name, { parameters, result }]) =>
    parameters.length === 0 &&
    result !== undefined &&
    result !== "address" &&
    /^(abi|class|accept|sample|window|hop|frame|coeff|memory)/.test(name),
);

let work: string;
before(() => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-merged-"));
});
after(() => rmSync(work, { recursive: true, force: true }));

/** The C is compiled with a program that takes the address of every function, calls those that return numbers, and all class names. */
async function assertAsInNode(model: CModel): Promise<void> {
  const names = Object.keys(EXPORTS).filter((name) => ![...WITHOUT_ADDRESS, "inputCapacity"].includes(name));
  const calls = CONSTANT.map(([name]) => `  printf("%.9g\\n", (double)${cName(name)}(&state));`);
  const main = join(model.folder, "main.c");
  writeFileSync(
    main,
    `#include <stdio.h>
#include "light_sernet.h"
typedef void (*function)(void);
static const function functions[] = {${names.map((name) => `(function)${cName(name)}`).join(", ")}};
static lsn_state state;
int main(void) {
  size_t there = 0;
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) there += functions[i] != NULL;
  if (lsn_init(&state) != LSN_OK) return 1;
  printf("%d\\n", (int)there);
${calls.join("\n")}
  for (int32_t i = 0; i < LSN_CLASSES; i++) puts(lsn_class_name(&state, i));
  return lsn_class_name(&state, LSN_CLASSES) != NULL;
}
`,
  );
  const src = join(model.folder, "src");
  const program = await compileC(
    join(model.folder, "main"),
    [main, join(src, "light_sernet.c")],
    ["-O0", "-Wno-cast-function-type", "-I", src],
  );
  const { code, stdout } = await runProgram(program, []);
  assert.equal(code, 0);
  const { exports } = await Instance.create(model.embedded);
  const functions = exports as unknown as Record<string, () => number>;
  const expected = [names.length, ...CONSTANT.map(([name]) => functions[name]!())].map((value) => String(Number(value.toPrecision(9))));
  const [said, classes] = [stdout.split("\n").slice(0, expected.length), stdout.split("\n").slice(expected.length, -1)];
  assert.deepEqual(
    said.map((text) => String(Number(text))),
    expected,
  );
  assert.deepEqual(classes, model.manifest.classes);
}

test("one to 256 classes", { skip: skipCompiler }, async (t) => {
  for (const classes of COUNTS) {
    const plan = { ...SMALL, name: `classes-${classes}`, classes };
    await assertAsInNode(await writeRandomModel(join(work, `classes-${classes}`), plan, "embedded"));
  }
  t.diagnostic(`${COUNTS.length} models`);
});

test("as many frames as coefficients and classes: three exports are one function", { skip: skipCompiler }, async () => {
  const plan = { ...SMALL, name: "square", frontEnd: shortFrontEnd(40, 40), classes: 40 };
  const model = await writeRandomModel(join(work, "square"), plan, "embedded");
  await assertAsInNode(model);
});

test("the model that ships", { skip: skipCompiler }, async () => {
  await assertAsInNode(await writeShippedModel(join(work, "shipped")));
});

test("an export that is missing: a sentence", () => {
  assert.throws(
    () => mergedExports("", ["classCount"]),
    /^Error: the translated module has no function classCount\(\), which the C sources call/,
  );
});

/** The C of 32-bit products, in the tiles of every kind of processor, on this machine with sanitizers: the logits of light-sernet.wasm. Boards run it in cortex_m and riscv. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { firmwareFolder } from "../../ts-tools/firmware/firmware_folder.js";
import { buildWord } from "../../ts-tools/link/build_modules.js";
import { build, nameModel, planModel } from "../module/built_model.js";
import { Instance, plainSound } from "../module/instance.js";
import { compileOnce } from "../support/compile_once.js";
import { voice } from "../support/sounds.js";
import { compileC, SANITIZE, SMALL, skipCompiler, skipSanitizer, VERSION } from "./c_build.js";
import { manifestOf } from "./small_model.js";

/** Classifies int16 samples from stdin. */
const PROGRAM = `#include <stdio.h>
#include "light_sernet.h"
static lsn_state state;
static int16_t samples[100000];
int main(void) {
  lsn_result result;
  const size_t count = fread(samples, 2, sizeof samples / 2, stdin);
  lsn_init(&state);
  const lsn_status status = lsn_classify(&state, samples, count, 16000, &result);
  if (status != LSN_OK) return 1;
  for (int i = 0; i < LSN_CLASSES; i++) printf("%ld\\n", (long)result.logits[i]);
  return 0;
}
`;

let work: string;
before(() => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-word-"));
});
after(() => rmSync(work, { recursive: true }));

test("every kind of multiplication: the logits of light-sernet.wasm", { skip: skipCompiler }, async () => {
  const model = planModel(SMALL);
  const built = await build(SMALL.name, model, SMALL.frontEnd, 0, "embedded");
  const { source, runnable } = await buildWord(nameModel(SMALL.name, model, SMALL.frontEnd), compileOnce);
  const memoryBytes = (await Instance.create(runnable)).exports.memoryNeeded();
  for (const [name, bytes] of await firmwareFolder(source, memoryBytes, manifestOf(built), VERSION)) {
    mkdirSync(dirname(join(work, name)), { recursive: true });
    writeFileSync(join(work, name), bytes);
  }
  writeFileSync(join(work, "program.c"), PROGRAM);
  const samples = voice(SMALL.frontEnd.windowSamples, 16000, 3);
  const node = (await Instance.create(built.embedded)).classify(plainSound("voice", samples));
  for (const kind of ["MANY_REGISTERS", "FEW_REGISTERS", "DUAL_PRODUCTS"]) {
    const flags = [...(skipSanitizer ? ["-O1"] : SANITIZE), `-DLSN_MULTIPLIER=LSN_${kind}`, "-I", join(work, "src")];
    const program = await compileC(join(work, "program"), [join(work, "src", "light_sernet.c"), join(work, "program.c")], flags);
    const { status, stdout, stderr } = spawnSync(program, { input: Buffer.from(samples.buffer), encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.deepEqual(stdout.trim().split("\n").map(Number), [...node.logits], kind);
  }
});

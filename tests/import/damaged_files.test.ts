/** Damaged copies of every format: either the damage does no harm, or the file is refused with one sentence. Nothing is printed. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { engine } from "@tensorflow/tfjs-core";
import { ModelError } from "../../ts-tools/import/float_model.js";
import { importHere } from "../../ts-tools/import/import_here.js";
import { importModel } from "../../ts-tools/import/import_model.js";
import { repositoryRoot } from "../support/paths.js";
import { Random } from "../support/random.js";
import { assertOneSentence, editedTfjs, fixture, fixtureBytes, temporaryFile } from "./model_fixtures.js";

const ROUNDS = 60;

async function importOrRefuse(path: string, what: string): Promise<boolean> {
  try {
    await importHere(path);
    return true;
  } catch (error) {
    assert.ok(error instanceof ModelError, `${what}: ${String(error)}`);
    assertOneSentence(error.message.replaceAll(/"[^"]*"/g, '"a name"'));
    return false;
  }
}

for (const name of [
  "tiny.float32.tflite",
  "tiny.float16.tflite",
  "tiny.keras2.h5.gz",
  "tiny.keras3.keras",
  "tiny.tfjs-graph/model.json",
  "tiny.tfjs-layers/model.json",
]) {
  test(`${name} with bytes changed`, async (t) => {
    const original = fixtureBytes(name);
    const random = new Random(1);
    const path = name.endsWith("model.json")
      ? editedTfjs(t, dirname(name), () => {})
      : temporaryFile(t, name.replace(/\.gz$/, ""), original);
    let harmless = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = Buffer.from(original);
      const changes = 1 + random.integer(0, 8);
      for (let change = 0; change < changes; change++) bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
      writeFileSync(path, bytes);
      if (await importOrRefuse(path, `round ${round}`)) harmless++;
    }
    t.diagnostic(`${harmless} of ${ROUNDS} did no harm that can be seen`);
  });
}

test("importing prints nothing and leaves TensorFlow.js' choice of backend alone", async () => {
  const before = engine().backendName;
  await importModel(fixture("tiny.tfjs-graph"));
  assert.equal(engine().backendName, before);
  assert.deepEqual(engine().registryFactory, {});

  const importer = pathToFileURL(join(repositoryRoot, "dist", "ts-tools", "import", "import_model.js")).href;
  const files = ["tiny.tfjs-graph", "tiny.tfjs-layers", "tiny.keras3.keras", "tiny.float16.tflite", "vgg.keras3.keras", "make_fixtures.py"];
  const script = `const { importModel } = await import(${JSON.stringify(importer)});
    for (const file of ${JSON.stringify(files.map(fixture))}) await importModel(file).catch(() => {});`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
  assert.deepEqual({ stdout, stderr, status }, { stdout: "", stderr: "", status: 0 });
});

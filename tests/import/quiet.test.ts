/** An import has no side effects. Damaged files are in the fuzzers (../fuzz). */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { engine } from "@tensorflow/tfjs-core";
import { importHere } from "../../ts-tools/import/import_here.js";
import { repositoryRoot } from "../support/paths.js";
import { fixture } from "./model_fixtures.js";

test("importing leaves TensorFlow.js' choice of backend alone", async () => {
  const before = engine().backendName;
  await importHere(fixture("tiny.tfjs-graph"));
  assert.equal(engine().backendName ?? undefined, before ?? undefined); // null means none, too
  assert.deepEqual(engine().registryFactory, {});
});

test("importing prints nothing, and lets the program end", () => {
  const importer = pathToFileURL(join(repositoryRoot, "dist", "ts-tools", "import", "import_model.js")).href;
  const files = ["tiny.tfjs-graph", "tiny.tfjs-layers", "tiny.keras3.keras", "tiny.float16.tflite", "vgg.keras3.keras", "make_fixtures.py"];
  const script = `const { importModel } = await import(${JSON.stringify(importer)});
    for (const file of ${JSON.stringify(files.map(fixture))}) await importModel(file).catch(() => {});`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    timeout: 120_000,
  });
  assert.deepEqual({ stdout, stderr, status }, { stdout: "", stderr: "", status: 0 });
});

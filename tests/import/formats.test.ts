/** Every format is imported as the same network: the same shapes, the same folded weights, the probabilities of Keras. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { checkClasses } from "../../ts-tools/import/check_classes.js";
import { importModel } from "../../ts-tools/import/import_model.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import { floatNetwork } from "../../ts-tools/quantize/float_forward.js";
import {
  assertOneSentence,
  expectedOfFixtures,
  fixture,
  fixtureBytes,
  largestDifference,
  layersOf,
  temporaryFile,
  unpackedFixture,
} from "./model_fixtures.js";

const FLOAT32_LIMIT = 1e-6;
const FLOAT16_LIMIT = 1e-3;

/** By PyTorch's two exporters and tf2onnx. */
const ONNX = ["torchscript-11", "torchscript-14-turned", "torchscript-17-norm", "torchscript-20-view", "dynamo-18", "dynamo-21"].concat([
  "tf2onnx-11",
  "tf2onnx-17-keras3",
  "tf2onnx-18-nchw",
]);

const FORMATS: readonly { file: string; format: string; limit?: number }[] = [
  { file: "tiny.tfjs-graph", format: "TensorFlow.js graph model" },
  { file: "tiny.tfjs-graph/model.json", format: "TensorFlow.js graph model" },
  { file: "tiny.tfjs-graph-keras3", format: "TensorFlow.js graph model" },
  { file: "tiny.tfjs-graph-float16", format: "TensorFlow.js graph model", limit: FLOAT16_LIMIT },
  { file: "tiny.tfjs-layers", format: "TensorFlow.js layers model" },
  { file: "tiny.keras2.h5.gz", format: "Keras 2 .h5" },
  { file: "tiny.keras3.h5.gz", format: "Keras 3 .h5" },
  { file: "tiny.keras2.keras", format: "Keras 2 .keras" },
  { file: "tiny.keras3.keras", format: "Keras 3 .keras" },
  { file: "tiny.float16.tflite", format: "TensorFlow Lite float16", limit: FLOAT16_LIMIT },
  { file: "reordered.keras3.keras", format: "Keras 3 .keras" },
  { file: "reordered.float32.tflite", format: "TensorFlow Lite float32" },
  ...ONNX.map((name) => ({ file: `onnx/${name}.onnx`, format: "ONNX" })),
];

for (const { file, format, limit = FLOAT32_LIMIT } of FORMATS) {
  test(`${file} has the weights of the float32 TensorFlow Lite file`, async (t) => {
    const reference = await importModel(fixture("tiny.float32.tflite"));
    const model = await importModel(file.endsWith(".gz") ? unpackedFixture(t, file) : fixture(file));
    assert.equal(model.format, format);
    const difference = largestDifference(model, reference);
    t.diagnostic(`largest relative difference ${difference.toExponential(2)}`);
    assert.ok(difference <= limit, `${difference} is above ${limit}`);
  });

  test(`${file} returns the probabilities of Keras`, async (t) => {
    const expected = expectedOfFixtures();
    const model = await importModel(file.endsWith(".gz") ? unpackedFixture(t, file) : fixture(file));
    const probabilities = floatNetwork(model)(Float32Array.from(expected.mfcc));
    const difference = Math.max(...expected.probabilities.map((p, i) => Math.abs(p - probabilities[i]!)));
    t.diagnostic(`largest difference ${difference.toExponential(2)}`);
    assert.ok(difference <= (limit === FLOAT16_LIMIT ? 3e-3 : 1e-6), `${difference}`);
  });
}

test("shapes are the file's own", async () => {
  const expected = expectedOfFixtures();
  const model = await importModel(fixture("tiny.keras2.keras"));
  assert.deepEqual([model.frames, model.coefficients], [expected.frames, expected.coefficients]);
  const kernels = [...model.bodyOne, ...model.bodyTwo].map((layer) => [layer.kernelHeight, layer.kernelWidth]);
  assert.deepEqual(kernels, [
    [11, 1],
    [1, 9],
    [3, 3],
    [3, 3],
    [3, 3],
    [3, 3],
    [3, 3],
    [1, 1],
  ]);
  assert.deepEqual(
    model.bodyOne.map((layer) => layer.outputChannels),
    expected.bodyOneChannels,
  );
  assert.deepEqual(
    model.bodyTwo.map((layer) => layer.outputChannels),
    expected.bodyTwoChannels,
  );
  assert.deepEqual(
    model.bodyTwo.map((layer) => layer.inputChannels),
    [12, ...expected.bodyTwoChannels.slice(0, -1)],
  );
  assert.deepEqual([model.dense.inputs, model.dense.classes], [expected.bodyTwoChannels.at(-1), expected.classes]);
  for (const layer of [...model.bodyOne, ...model.bodyTwo]) {
    assert.equal(layer.weights.length, layer.kernelHeight * layer.kernelWidth * layer.inputChannels * layer.outputChannels);
    assert.equal(layer.bias.length, layer.outputChannels);
  }
});

test("layers keep their names", async () => {
  const model = await importModel(fixture("reordered.keras3.keras"));
  const bodyTwo = [1, 2, 3, 4, 5].map((index) => `body_two_${index}`);
  assert.deepEqual(
    layersOf(model).map((layer) => layer.name),
    ["temporal", "spectral", "both", ...bodyTwo, "classes"],
  );
});

test("the content decides, not the name", async (t) => {
  const misnamed = temporaryFile(t, "model.h5", fixtureBytes("tiny.float32.tflite"));
  assert.equal((await importModel(misnamed)).format, "TensorFlow Lite float32");
});

test("a path with spaces and letters beyond ASCII is read", async (t) => {
  for (const name of ["tiny.keras2.h5.gz", "tiny.keras3.keras"]) {
    const path = temporaryFile(t, `Modell für Gefühle ${name.replace(/\.gz$/, "")}`, fixtureBytes(name));
    assert.equal((await importModel(path)).dense.classes, 5);
  }
});

test("a wrong number of classes is one sentence", async () => {
  const source = join("models", "mine.keras");
  const model = await importModel(fixture("tiny.keras3.keras"));
  checkClasses(model, ["a", "b", "c", "d", "e"], source);
  assert.throws(
    () => checkClasses(model, ["calm", "happy"], source),
    (error: unknown) => {
      assert.ok(error instanceof ModelError);
      assertOneSentence(error.message);
      assert.equal(error.message, `${source}: layer "classes" has 5 outputs, expected 2, one for each class that was named.`);
      return true;
    },
  );
});

/** The eight float files of one trained model: the same quantized weights, and the same answers as the float model. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { importModel } from "../../ts-tools/import/import_model.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { indexOfLargest } from "../../ts-tools/model/index_of_largest.js";
import { calibrate } from "../../ts-tools/quantize/calibrate.js";
import { integerNetwork } from "../../ts-tools/quantize/integer_forward.js";
import { quantizeModel } from "../../ts-tools/quantize/quantize.js";
import { referenceProbabilities, referenceSegments, skipUpstream } from "../quantize/upstream.js";
import { sharedFolder } from "../support/paths.js";

const FORMATS = [
  "emodb_3s_cross_entropy_float32.tflite",
  "converted/float16.tflite",
  "converted/float32.onnx",
  "converted/keras2.h5",
  "converted/keras2.keras",
  "converted/keras3.keras",
  "converted/tfjs-graph-model",
  "converted/tfjs-layers-model",
];
test("eight formats of one model quantize to the same weights within one step and answer as the float model does", {
  skip: skipUpstream,
}, async (t) => {
  const probabilities = referenceProbabilities();
  const segments = referenceSegments();
  let first: Int8Array[] | undefined;
  for (const format of FORMATS) {
    const float = await importModel(join(sharedFolder("upstream")!, format));
    const quantized = quantizeModel(float, calibrate(float, segments).scales, REFERENCE_FRONT_END);
    const weights = [...quantized.bodyOne, ...quantized.bodyTwo, quantized.dense].map((layer) => layer.weights);
    first ??= weights;
    const steps = weights.map((layer, index) =>
      layer.reduce((most, value, at) => Math.max(most, Math.abs(value - first![index]![at]!)), 0),
    );
    const run = integerNetwork(quantized);
    let sum = 0;
    for (const { file, mfcc } of segments) {
      const expected = probabilities[file]!;
      const answer = run(mfcc).probabilities;
      assert.equal(indexOfLargest(answer), indexOfLargest(expected), `${format}, ${file}`);
      sum += Math.max(...expected.map((value, index) => Math.abs(value - answer[index]!)));
    }
    t.diagnostic(`${format}: at most ${Math.max(...steps)} step, mean of the largest difference ${(sum / segments.length).toFixed(5)}`);
    assert.ok(Math.max(...steps) <= 1);
    assert.ok(sum / segments.length <= 0.02);
  }
});

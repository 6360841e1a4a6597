/** The trained model that users have, in eight float formats: all of them must fold to the same weights. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { importModel } from "../../ts-tools/import/import_model.js";
import { countNetwork } from "../../ts-tools/model/layer_shapes.js";
import { floatNetwork } from "../../ts-tools/quantize/float_forward.js";
import { readNpyFloat32 } from "../support/npy.js";
import { sharedFolder } from "../support/paths.js";
import { largestDifference, refusal } from "./model_fixtures.js";

const folder = sharedFolder("upstream");
const skip = folder === undefined ? "../shared/upstream is not there: the trained model in eight formats is not compared" : false;
const upstream = (name: string) => join(folder ?? "", name);
const REFERENCE = "emodb_3s_cross_entropy_float32.tflite";

const CONVERTED: readonly { file: string; limit: number }[] = [
  { file: "tfjs-graph-model", limit: 1e-5 },
  { file: "tfjs-layers-model", limit: 1e-5 },
  { file: "keras2.h5", limit: 1e-5 },
  { file: "keras2.keras", limit: 1e-5 },
  { file: "keras3.keras", limit: 1e-5 },
  { file: "float16.tflite", limit: 1e-3 },
  { file: "float32.onnx", limit: 1e-5 },
];

test("the trained model has the paper's shape", { skip }, async () => {
  const model = await importModel(upstream(REFERENCE));
  assert.deepEqual([model.frames, model.coefficients, model.dense.inputs, model.dense.classes], [184, 40, 320, 7]);
  const { parameters, weights } = countNetwork(model);
  assert.deepEqual([parameters, weights], [460_743, 459_872]);
});

for (const { file, limit } of CONVERTED) {
  test(`${file} folds to the weights of the float32 file`, { skip }, async (t) => {
    const reference = await importModel(upstream(REFERENCE));
    const model = await importModel(upstream(join("converted", file)));
    const difference = largestDifference(model, reference);
    t.diagnostic(`largest relative difference ${difference.toExponential(2)}`);
    assert.ok(difference <= limit, `${difference} is above ${limit}`);
  });
}

test("int8 is refused", { skip }, async () => {
  assert.match(
    await refusal(upstream("converted/int8.tflite")),
    /int8\.tflite: layer "model\/re_lu\/Relu" has a kernel of type INT8, expected FLOAT32/,
  );
});

const reference = sharedFolder("reference");
const RECORDING = "03a02Wb";

for (const file of [REFERENCE, "converted/tfjs-graph-model", "converted/keras3.keras"]) {
  const missing = reference === undefined ? `../shared/reference is not there: no reference probabilities for ${file}` : false;
  test(`${file} returns the reference's probabilities for ${RECORDING}`, { skip: skip || missing }, async (t) => {
    const { files } = JSON.parse(readFileSync(join(reference!, "probabilities.json"), "utf8")) as {
      files: Record<string, { probabilities: number[] }>;
    };
    const network = floatNetwork(await importModel(upstream(file)));
    const probabilities = network(readNpyFloat32(join(reference!, `${RECORDING}.mfcc.npy`)).values);
    const difference = Math.max(...files[RECORDING]!.probabilities.map((p, i) => Math.abs(p - probabilities[i]!)));
    t.diagnostic(`largest difference ${difference.toExponential(2)}`);
    assert.ok(difference < 1e-5, `${difference}`);
  });
}

/** The weights file and the manifest: there and back, and damaged. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildManifest, manifestText } from "../../ts-tools/model/manifest.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import type { Manifest } from "../../ts-tools/model/model_types.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { readWeights, weightsHash, writeWeights } from "../../ts-tools/model/weights_file.js";
import { SMALL_FRONT_END, smallManifestInput } from "../quantize/small_models.js";

const manifestInput = smallManifestInput(5);
const { float, quantized, activationScales } = manifestInput;
const bytes = writeWeights(quantized);
const manifest: Manifest = buildManifest(manifestInput);

test("weights read back to the same integers, and weight scales to 2^-30", () => {
  const read = readWeights(bytes, parseManifest(manifestText(manifest), "model.json"), "weights.bin");
  const layers = [...quantized.bodyOne, ...quantized.bodyTwo];
  [...read.bodyOne, ...read.bodyTwo].forEach((layer, index) => {
    const { weightScales, ...expected } = layers[index]!;
    const { weightScales: readScales, ...rest } = layer;
    assert.deepEqual(rest, expected);
    weightScales.forEach((scale, c) => {
      assert.ok(Math.abs(readScales[c]! / scale - 1) < 2 ** -30);
    });
  });
  assert.deepEqual(read.dense, quantized.dense);
  assert.deepEqual(writeWeights(read), bytes);
});

test("the weights file is laid out as documented", () => {
  const view = new DataView(bytes.buffer);
  assert.equal(Buffer.from(bytes.subarray(0, 4)).toString("latin1"), "LSNW");
  assert.deepEqual([view.getUint32(4, true), view.getUint32(8, true)], [1, bytes.length]);
  const first = quantized.bodyOne[0]!;
  const numbers = 12 + first.weights.length;
  assert.equal(view.getInt8(12 + 1), first.weights[1]);
  assert.equal(view.getInt32(numbers + 4, true), first.bias[1]);
  assert.equal(view.getInt32(numbers + 4 * first.outputChannels, true), first.multiplier[0]);
  assert.equal(view.getUint8(numbers + 8 * first.outputChannels + 2), first.shift[2]);
  assert.equal(view.getInt32(bytes.length - 4, true), quantized.dense.bias.at(-1));
  assert.equal(manifest.sha256, weightsHash(bytes));
});

test("damaged weights are refused in one sentence", () => {
  const refuse = (damaged: Uint8Array, pattern: RegExp) => {
    assert.throws(
      () => readWeights(damaged, manifest, "weights.bin"),
      (error: unknown) => {
        assert.ok(error instanceof ModelError);
        assert.match(error.message, pattern);
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );
  };
  const changed = (position: number) => {
    const copy = bytes.slice();
    copy[position] = copy[position]! ^ 1;
    return copy;
  };
  refuse(new Uint8Array(0), /^weights\.bin is not a weights file/);
  refuse(bytes.subarray(0, 11), /is not a weights file/);
  refuse(changed(0), /is not a weights file/);
  refuse(changed(4), /is a weights file of version 0, and only version 1/);
  refuse(changed(8), /its header says/);
  refuse(bytes.subarray(0, bytes.length - 1), /has \d+ bytes, but its header says \d+/);
  refuse(changed(100), /does not match the manifest of "small"/);
});

test("weights can be read from a Buffer, and from the middle of a larger one", () => {
  assert.deepEqual(readWeights(Buffer.from(bytes), manifest, "weights.bin").bodyOne[0]!.weights, quantized.bodyOne[0]!.weights);
  const larger = new Uint8Array(bytes.length + 3);
  larger.set(bytes, 3);
  assert.deepEqual(readWeights(larger.subarray(3), manifest, "weights.bin").dense, quantized.dense);
});

test("the manifest reads back, and counts what the float model has", () => {
  assert.deepEqual(parseManifest(manifestText(manifest), "model.json"), manifest);
  assert.equal(manifest.acceptThreshold, Math.fround(0.6));
  const { network } = manifest;
  assert.equal(
    network.weightBytes,
    [...quantized.bodyOne, ...quantized.bodyTwo, quantized.dense].reduce((sum, layer) => sum + layer.weights.length, 0),
  );
  const folded = [...float.bodyOne, ...float.bodyTwo, float.dense].reduce(
    (sum, layer) => sum + layer.weights.length + layer.bias.length,
    0,
  );
  assert.equal(network.parameters, folded);
});

test("the manifest names as many classes as the model has", () => {
  const input = { id: "x", sourceFile: "x", sourceSha256: "0".repeat(64), acceptThreshold: 0, frontEnd: SMALL_FRONT_END, float, quantized };
  assert.throws(
    () => buildManifest({ ...input, classes: ["a", "b"], activationScales, version: "1" }),
    /has 5 classes, but 2 class names were given \(a, b\)\./,
  );
});

/** Each change breaks one field; the message names it. */
const DAMAGE: [path: string, value: unknown, message: RegExp][] = [
  ["format", "other", /format must be "light-sernet", but is "other"/],
  ["formatVersion", 2, /formatVersion must be 1, but is 2/],
  ["id", "", /id must be a name of at most 128 bytes in UTF-8, .*, but is ""/],
  ["id", "a\u009b31mb", /id must be a name .*, but is "a\\u009b31mb"/],
  ["sha256", "abc", /sha256 must be 64 hexadecimal digits/],
  ["source", null, /source must be an object/],
  ["source.file", 3, /source\.file must be a non-empty string/],
  ["classes", ["a", "a", "b", "c", "d"], /classes must be a list of different names/],
  ["classes", ["a", "b", "c", "d", "e\u202e"], /classes\[4\] must be a name of at most 64 bytes .*, but is "e\\u202e"/],
  ["classes", Array.from({ length: 257 }, (_, index) => String(index)), /classes must be a list of 1 to 256 different names/],
  ["classes", ["a"], /network\.dense\.classes must be 1, but is 5/],
  ["acceptThreshold", undefined, /acceptThreshold must be a float32 from 0 to 1, but is missing; build the model again\.$/],
  ["acceptThreshold", 1.5, /acceptThreshold must be a float32 from 0 to 1, but is 1\.5/],
  ["acceptThreshold", -0.5, /acceptThreshold must be .*, but is -0\.5/],
  ["acceptThreshold", 0.6, /acceptThreshold must be a float32 from 0 to 1, but is 0\.6/],
  ["acceptThreshold", "0.5", /acceptThreshold must be .*, but is "0\.5"/],
  ["frontEnd.frameSamples", 1000, /frontEnd\.frameSamples must be a power of two from 16 to 4,096, but is 1000/],
  ["frontEnd.hopSamples", undefined, /frontEnd\.hopSamples must be a whole number from 1 to 4,096, but is missing/],
  ["frontEnd.windowSamples", 512, /frontEnd\.windowSamples must be at least frameSamples \(1024\)/],
  ["frontEnd.frameSamples", 2 ** 27, /frontEnd\.frameSamples must be a power of two from 16 to 4,096, but is 134217728/],
  ["frontEnd.clip", 1e308, /frontEnd\.clip must be a number from 0\.001 to 10,000, but is 1e\+308/],
  ["frontEnd.melLowHz", 7700, /frontEnd\.melHighHz must be above melLowHz/],
  ["frontEnd.coefficients", 129, /frontEnd\.coefficients must be at most melBands/],
  ["network.frames", 20, /network\.frames must be 19, but is 20/],
  ["network.layers", [], /network\.layers must be a list of 8 objects/],
  ["network.layers.3.name", "x", /network\.layers\[3\]\.name must be "body2_1"/],
  ["network.layers.3.poolHeight", 3, /network\.layers\[3\]\.poolHeight must be 2/],
  [
    "network.layers.3.inputChannels",
    4,
    /network\.layers\[3\]\.inputChannels must be 16, the output channels of the layer before, but is 4/,
  ],
  ["network.layers.0.outputScale", -1, /network\.layers\[0\]\.outputScale must be a number above zero, but is -1/],
  ["network.dense.inputs", 8, /network\.dense\.inputs must be 16/],
  ["network.dense.logitScale", 0.1, /network\.dense\.logitScale must be a float32 above zero/],
  ["activationScales.bodyTwo", [1, 2, 3], /activationScales\.bodyTwo must be a list of 4 numbers, each a number from 1e-15 to 1e15/],
];

for (const [path, value, message] of DAMAGE) {
  test(`a manifest with a wrong ${path} is refused by name`, () => {
    const copy = JSON.parse(manifestText(manifest)) as Record<string, unknown>;
    const keys = path.split(".");
    const last = keys.pop()!;
    const parent = keys.reduce((object, key) => object[key] as Record<string, unknown>, copy);
    parent[last] = value;
    assert.throws(
      () => parseManifest(JSON.stringify(copy), "model.json"),
      (error: unknown) => {
        assert.ok(error instanceof ModelError);
        assert.match(error.message, message);
        assert.match(error.message, /^model\.json: /);
        return true;
      },
    );
  });
}

test("a manifest that is not JSON is refused", () => {
  assert.throws(() => parseManifest("{", "model.json"), /^ModelError: model\.json is not JSON/);
  assert.throws(() => parseManifest("[]", "model.json"), /^ModelError: model\.json must contain a JSON object/);
});

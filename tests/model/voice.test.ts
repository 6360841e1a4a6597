/** `voice` in light-sernet.json and in model.json, and the integers of the head in the weights file: there and back, left out, and wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildManifest, manifestText } from "../../ts-tools/model/manifest.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { voiceFault, voiceLayer } from "../../ts-tools/model/voice.js";
import { readWeights, writeWeights } from "../../ts-tools/model/weights_file.js";
import { parseSidecar } from "../../ts-tools/pipeline/model_folder.js";
import { smallManifestInput, smallVoice } from "../quantize/small_models.js";

const input = smallManifestInput(5, smallVoice(5));
const { quantized } = input;
const bytes = writeWeights(quantized);
const manifest = buildManifest(input);
const plainInput = smallManifestInput(5);
const plain = buildManifest(plainInput);

const sidecar = (voice: unknown) => parseSidecar(JSON.stringify({ voice }), "light-sernet.json");
const parse = (voice: unknown) => parseManifest(JSON.stringify({ ...plain, voice }), "model.json");

test("the manifest has the scale, counts the row, and reads back", () => {
  assert.deepEqual(manifest.voice, { scale: quantized.voice!.logitScale });
  assert.deepEqual(parseManifest(manifestText(manifest), "model.json"), manifest);
  const { network, voice: _, sha256, ...rest } = manifest;
  const { network: others, sha256: otherHash, ...same } = plain;
  assert.deepEqual(rest, same);
  assert.notEqual(sha256, otherHash);
  assert.deepEqual(network, {
    ...others,
    parameters: others.parameters + 15,
    weightBytes: others.weightBytes + 16,
    multiplyAccumulates: others.multiplyAccumulates + 14,
  });
});

test("the weights file ends with the row, weights before the bias, and reads back", () => {
  const { weights, bias } = quantized.voice!;
  const without = writeWeights(plainInput.quantized);
  assert.deepEqual(bytes.subarray(12, without.length), without.subarray(12));
  assert.deepEqual(new Int8Array(bytes.slice(without.length, -4).buffer), weights);
  assert.equal(new DataView(bytes.buffer).getInt32(bytes.length - 4, true), bias[0]);
  const read = readWeights(bytes, manifest, "weights.bin");
  assert.ok(Math.abs(read.voice!.weightScale / quantized.voice!.weightScale - 1) < 2 ** -23);
  assert.deepEqual({ ...read.voice, weightScale: quantized.voice!.weightScale }, quantized.voice);
  assert.deepEqual(read.dense, quantized.dense);
  assert.deepEqual(writeWeights(read), bytes);
});

test("a row that only the one file has is refused", () => {
  const { voice: _, ...without } = manifest;
  assert.throws(() => readWeights(bytes, without, "weights.bin"), /^ModelError: weights\.bin does not match the manifest/);
  const extra = { ...plain, voice: { scale: 1 } };
  assert.throws(() => readWeights(writeWeights(plainInput.quantized), extra, "weights.bin"), /^ModelError: weights\.bin does not match/);
});

test('absent and "none" are the same', () => {
  assert.ok(!("voice" in plain));
  assert.deepEqual(parse("none"), plain);
  assert.deepEqual(sidecar("none"), {});
});

test("a sidecar's head is taken as it is written", () => {
  const voice = { weights: [0.1, -2.5, 1e-9, 1e5], bias: -0.75 };
  assert.deepEqual(sidecar(voice), { voice });
  const { weights, bias, ...shape } = voiceLayer(voice);
  assert.deepEqual(shape, { name: "voice", inputs: 4, classes: 1 });
  assert.deepEqual([weights, bias], [Float32Array.from(voice.weights), Float32Array.of(-0.75)]);
  assert.equal(voiceFault(voice, 4), undefined);
  assert.equal(voiceFault(voice, 320), "voice has 4 weights; expected 320, one for each channel of the last convolution");
});

const weights = [1, 2];
const WRONG_SIDECARS: [voice: unknown, sentence: RegExp][] = [
  [1, /voice must be an object or "none", but is 1/],
  [null, /voice must be an object or "none"/],
  [[1], /voice must be an object or "none"/],
  [{}, /voice\.weights must be a list of numbers, each a number from -100,000 to 100,000, but is missing/],
  [{ weights }, /voice\.bias must be a number from -100,000 to 100,000, but is missing/],
  [{ weights, bias: 0, scale: 1 }, /voice has "scale", which is not one of weights, bias/],
  [{ weights: [], bias: 0 }, /voice\.weights must be a list of numbers/],
  [{ weights: [1, null], bias: 0 }, /voice\.weights must be a list of numbers/],
  [{ weights: [1, "2"], bias: 0 }, /voice\.weights must be a list of numbers/],
  [{ weights: [1, 1.1e5], bias: 0 }, /voice\.weights must be a list of numbers/],
  [{ weights, bias: "0" }, /voice\.bias must be a number from -100,000 to 100,000, but is "0"/],
  [{ weights, bias: -1.1e5 }, /voice\.bias must be .*, but is -110000/],
];
const WRONG_MANIFESTS: [voice: unknown, sentence: RegExp][] = [
  [1, /voice must be an object or "none", but is 1/],
  [{}, /voice\.scale must be a float32 above zero, but is missing/],
  [{ scale: 0 }, /voice\.scale must be a float32 above zero, but is 0/],
  [{ scale: -1 }, /voice\.scale must be a float32 above zero, but is -1/],
  [{ scale: 0.1 }, /voice\.scale must be a float32 above zero, but is 0\.1/],
  [{ scale: "1" }, /voice\.scale must be a float32 above zero, but is "1"/],
];

test("a wrong one is refused by name, in one sentence, in both files", () => {
  for (const [read, cases, advice] of [
    [sidecar, WRONG_SIDECARS, /^light-sernet\.json: .*; correct it or remove it\.$/],
    [parse, WRONG_MANIFESTS, /^model\.json: .*; build the model again\.$/],
  ] as const) {
    for (const [value, sentence] of cases) {
      assert.throws(
        () => read(value),
        (error) => error instanceof ModelError && sentence.test(error.message) && advice.test(error.message),
        JSON.stringify(value),
      );
    }
  }
});

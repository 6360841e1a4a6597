/** The fast integer network against the plain reference, bit for bit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { QuantizedModel } from "../../ts-tools/model/model_types.js";
import { calibrate } from "../../ts-tools/quantize/calibrate.js";
import { integerNetwork } from "../../ts-tools/quantize/integer_forward.js";
import { quantizeModel } from "../../ts-tools/quantize/quantize.js";
import { runNetwork } from "../reference/network.js";
import { voiceOfNetwork } from "../reference/voice.js";
import { Random } from "../support/random.js";
import { NARROW_WIDTHS, randomMfcc, randomModel } from "../support/random_model.js";
import { smallQuantized, smallSegments, smallVoice } from "./small_models.js";
import { referenceSegments, skipUpstream, upstreamModel } from "./upstream.js";

function assertSameBits(model: QuantizedModel, mfcc: Float32Array): void {
  const expected = runNetwork(model, mfcc, 10);
  const scales = [model.bodyOne[0]!.outputScale, ...model.bodyTwo.map((layer) => layer.outputScale)];
  let index = 0;
  const { logits, probabilities, voice } = integerNetwork(model)(mfcc, (_, tensor) => {
    const real = Float64Array.from(expected.activations[index]!.values, (value) => value * scales[index]!);
    assert.deepEqual(tensor, real);
    index++;
  });
  assert.equal(index, 6);
  assert.deepEqual(logits, expected.logits);
  const expectedVoice = voiceOfNetwork(model, expected);
  assert.equal(voice === undefined, expectedVoice === undefined);
  if (voice && expectedVoice !== undefined) assert.ok(Math.abs(voice.value - expectedVoice) < 1e-6);
  assert.ok(Math.abs(probabilities.reduce((a, b) => a + b) - 1) < 1e-12);
}

test("small quantized models with padded widths and edge windows", () => {
  for (const seed of [1, 2, 3]) {
    const { quantized } = smallQuantized(seed, seed > 1 ? smallVoice(seed) : undefined);
    for (const { mfcc } of smallSegments(seed, 2)) assertSameBits(quantized, mfcc);
  }
});

test("random integer models, with the largest sums there can be", () => {
  for (const weights of ["normal", "extreme"] as const) {
    const shape = { frames: 25, coefficients: 13, classes: 7 };
    const model = randomModel({ seed: 7, widths: NARROW_WIDTHS, weights, voice: true, ...shape });
    assertSameBits(model, randomMfcc(new Random(8), shape.frames, shape.coefficients, 10));
  }
});

test("the trained model", { skip: skipUpstream }, async () => {
  const float = await upstreamModel();
  const segments = referenceSegments().slice(0, 2);
  const model = quantizeModel(float, calibrate(float, segments).scales, REFERENCE_FRONT_END);
  assertSameBits(model, segments[0]!.mfcc);
});

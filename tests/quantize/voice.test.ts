/** The voice head from float to integers: rounding, padding, a scale of its own, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FloatDense } from "../../ts-tools/model/float_model.js";
import { voiceLayer } from "../../ts-tools/model/voice.js";
import { padChannels } from "../../ts-tools/quantize/pad_channels.js";
import { quantizeModel } from "../../ts-tools/quantize/quantize.js";
import { SMALL_FRONT_END, smallModel, smallQuantized, smallVoice } from "./small_models.js";

const SCALES = { bodyOne: 0.05, bodyTwo: [0.04, 0.03, 0.03, 0.03] as [number, number, number, number], features: 1e-4 };
const FEATURES = 14;
const quantize = (voice: FloatDense) => quantizeModel({ ...smallModel(1), voice }, SCALES, SMALL_FRONT_END).voice!;
const head = (weight: number, bias: number) => voiceLayer({ weights: new Array(FEATURES).fill(weight), bias });

test("weights and bias are the nearest integers, padded, with a scale of their own; the classes stay as they are", () => {
  const voice = smallVoice(2);
  const { quantized, calibration } = smallQuantized(2, voice);
  const { weights, bias, weightScale, inputScale, logitScale, ...shape } = quantized.voice!;
  assert.deepEqual(shape, { name: "voice", inputs: 16, classes: 1 });
  assert.equal(inputScale, calibration.scales.features);
  assert.equal(weightScale, Math.max(...voice.weights.map(Math.abs)) / 127);
  assert.equal(logitScale, Math.fround(inputScale * weightScale));
  assert.deepEqual([weights.length, bias.length], [16, 1]);
  assert.equal(Math.max(...weights.map(Math.abs)), 127);
  const padded = padChannels({ ...smallModel(2), voice }).voice!.weights;
  weights.forEach((weight, i) => {
    assert.ok(Math.abs(weight - padded[i]! / weightScale) <= 0.5);
  });
  assert.deepEqual([...weights.slice(FEATURES)], [0, 0]);
  assert.ok(Math.abs(bias[0]! - voice.bias[0]! / (inputScale * weightScale)) <= 0.5);
  const { voice: _, ...rest } = quantized;
  assert.deepEqual(rest, smallQuantized(2).quantized);
});

test("weights of zero have scale 1; a bias that is far larger than the weights sets the scale", () => {
  const zero = quantize(head(0, 0.25));
  assert.deepEqual([zero.weightScale, zero.bias[0], zero.logitScale], [1, 2500, Math.fround(1e-4)]);
  const biased = quantize(head(1e-20, -2));
  assert.equal(biased.bias[0], -(2 ** 30));
  assert.ok(Math.abs(biased.bias[0]! * biased.logitScale + 2) < 1e-6);
});

test("what could overflow 32 bits, and a scale that float32 does not hold, is refused", () => {
  assert.throws(
    () => quantize(head(0, 1e6)),
    /^ModelError: voice can overflow 32 bits: its weights and bias reach 10000000000; train with /,
  );
  assert.throws(() => quantize(head(1e-43, 0)), /^ModelError: voice has weights whose scale, [\d.e-]+, is not in the range of float32; /);
  const wide = { ...smallModel(1), voice: voiceLayer({ weights: new Array(1200).fill(1), bias: 0 }) };
  wide.bodyTwo[4] = { ...wide.bodyTwo[4], outputChannels: 1200, weights: new Float32Array(7 * 1200), bias: new Float32Array(1200) };
  wide.dense = { ...wide.dense, inputs: 1200, weights: new Float32Array(1200 * 5) };
  assert.throws(() => quantizeModel(wide, SCALES, SMALL_FRONT_END), /^ModelError: voice can overflow 32 bits: /);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dimensionOf, meanOf } from "./dimensions.js";
import { scoresOf, softmaxOf } from "./probabilities.js";

const UNIT = 2 ** 16;
const logits = fc.array(fc.integer({ min: -40_000, max: 40_000 }), { minLength: 7, maxLength: 7 });
const weight = fc.double({ min: -4, max: 4, noNaN: true });
const weights = fc.array(weight, { minLength: 7, maxLength: 7 });

test("the logistic function of a linear function of ln p, near float64's", () => {
  fc.assert(
    fc.property(logits, weights, weight, (raw, real, bias) => {
      const scores = scoresOf(Int32Array.from(raw), 1e-3);
      const integers = real.map((value) => Math.round(value * UNIT));
      const found = dimensionOf(scores, softmaxOf(scores), { weights: integers, bias: Math.round(bias * UNIT) });
      const total = raw.reduce((sum, logit) => sum + Math.exp((logit - Math.max(...raw)) / 1000), 0);
      const logarithms = raw.map((logit) => (logit - Math.max(...raw)) / 1000 - Math.log(total));
      const x = logarithms.reduce((sum, logarithm, c) => sum + real[c]! * logarithm, bias);
      // Seven logarithms are rounded to 2^-12, and weights up to 4 multiply that; weights are rounded to 2^-16, and logarithms down to -85 multiply that.
      assert.ok(Math.abs(found - 1 / (1 + Math.exp(-x))) < (7 * 4 * 2 ** -13 + 7 * 85 * 2 ** -17) / 4 + 1e-5);
    }),
  );
});

test("cases done by hand", () => {
  const even = Float32Array.of(0, 0);
  const half = Float32Array.of(0.5, 0.5);
  assert.equal(dimensionOf(even, half, { weights: [UNIT, -UNIT], bias: 0 }), 0.5);
  assert.equal(dimensionOf(even, half, { weights: [0, 0], bias: 200 * UNIT }), 1);
  assert.equal(dimensionOf(even, half, { weights: [0, 0], bias: -200 * UNIT }), 0);
  // ln(1/2) rounds to -2839 / 4096.
  assert.ok(Math.abs(dimensionOf(even, half, { weights: [UNIT, 0], bias: 0 }) - 1 / (1 + Math.exp(2839 / 4096))) < 1e-7);
  // What has no probability counts as -85.
  const certain = Float32Array.of(0, -1e30);
  assert.ok(Math.abs(dimensionOf(certain, Float32Array.of(1, 0), { weights: [0, UNIT], bias: 84 * UNIT }) - 1 / (1 + Math.E)) < 1e-7);
});

test("opposite weights make opposite values", () => {
  fc.assert(
    fc.property(logits, weights, (raw, real) => {
      const scores = scoresOf(Int32Array.from(raw), 1e-3);
      const integers = real.map((value) => Math.round(value * UNIT));
      const value = dimensionOf(scores, softmaxOf(scores), { weights: integers, bias: 5 });
      const opposite = dimensionOf(scores, softmaxOf(scores), { weights: integers.map((integer) => -integer), bias: -5 });
      assert.ok(Math.abs(value + opposite - 1) < 1e-6);
    }),
  );
});

test("windows are averaged in float32, in their order", () => {
  const [a, b, c] = [0.1, 0.7, 0.3].map(Math.fround) as [number, number, number];
  assert.equal(meanOf([a, b, c]), Math.fround(Math.fround(Math.fround(a + b) + c) / 3));
});

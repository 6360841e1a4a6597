import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { indexOfLargest, isAccepted, meanProbabilities, softmax } from "./probabilities.js";

const anyLogits = fc
  .array(fc.integer({ min: -2147483648, max: 2147483647 }), { minLength: 1, maxLength: 12 })
  .map((v) => Int32Array.from(v));

test("softmax on cases done by hand", () => {
  assert.deepEqual(softmax(Int32Array.of(5, 5, 5, 5), 0.01), Float32Array.of(0.25, 0.25, 0.25, 0.25));
  assert.deepEqual(softmax(Int32Array.of(0, -2000, 0), 1), Float32Array.of(0.5, 0, 0.5));
  assert.deepEqual(softmax(Int32Array.of(2147483647, -2147483648), 1), Float32Array.of(1, 0));
  const [p, q] = softmax(Int32Array.of(Math.round(Math.log(3) * 1e6), 0), 1e-6);
  assert.ok(Math.abs(p! - 0.75) < 1e-6 && Math.abs(q! - 0.25) < 1e-6);
});

test("softmax is a distribution in the order of the logits, near the float64 one", () => {
  fc.assert(
    fc.property(anyLogits, fc.double({ min: 1e-9, max: 1, noNaN: true }), (logits, scale) => {
      const probabilities = softmax(logits, scale);
      const largest = Math.max(...logits);
      const exact = Array.from(logits, (logit) => Math.exp((logit - largest) * Math.fround(scale)));
      const total = exact.reduce((sum, value) => sum + value, 0);
      probabilities.forEach((p, c) => {
        // The difference of logits is rounded to 24 bits, and exp turns its relative error times its size into a relative error.
        assert.ok(Math.abs(p - exact[c]! / total) <= 1e-5);
        for (let d = 0; d < c; d++) if (logits[d]! > logits[c]!) assert.ok(probabilities[d]! >= p * (1 - 1e-6));
      });
    }),
  );
});

test("windows are averaged in float32, in their order", () => {
  assert.deepEqual(meanProbabilities([Float32Array.of(0.25, 0.75)]), Float32Array.of(0.25, 0.75));
  assert.deepEqual(meanProbabilities([Float32Array.of(1, 0), Float32Array.of(0.5, 0.5)]), Float32Array.of(0.75, 0.25));
  const [a, b, c] = [0.1, 0.7, 0.3].map(Math.fround) as [number, number, number];
  const mean = Math.fround(Math.fround(Math.fround(a + b) + c) / 3);
  assert.equal(meanProbabilities([a, b, c].map((p) => Float32Array.of(p)))[0], mean);
});

test("an answer is accepted from the threshold on", () => {
  const probabilities = Float32Array.of(0.1, 0.6, 0.3);
  const sixTenths = Math.fround(0.6);
  for (const threshold of [0, 0.5, 0.6, sixTenths]) assert.equal(isAccepted(probabilities, threshold), true, `${threshold}`);
  for (const threshold of [sixTenths + 2 ** -24, 0.7, 1]) assert.equal(isAccepted(probabilities, threshold), false, `${threshold}`);
  assert.equal(isAccepted(Float32Array.of(0, 1), 1), true);
});

test("the first of equals is the label", () => {
  assert.equal(indexOfLargest([1, 3, 2, 3]), 1);
  assert.equal(indexOfLargest([-5]), 0);
  assert.equal(indexOfLargest([2, 2]), 0);
});

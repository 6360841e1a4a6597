import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Random } from "../support/random.js";
import { FULL_WIDTHS, fixedPoint, NARROW_WIDTHS, randomMfcc, randomModel } from "../support/random_model.js";
import type { Tensor } from "./convolution.js";
import { runNetwork } from "./network.js";
import { softmax } from "./probabilities.js";

/** Shares of the values at 0 and at the upper end, and of the channels that are 0 everywhere. */
function occupation({ height, width, channels, values }: Tensor): { zero: number; full: number; dead: number } {
  const maximum = height * width === 1 ? 32767 : 127;
  const share = (test: (value: number) => boolean): number => values.filter(test).length / values.length;
  const alive = new Set<number>();
  values.forEach((value, i) => {
    if (value > 0) alive.add(i % channels);
  });
  return { zero: share((value) => value === 0), full: share((value) => value === maximum), dead: 1 - alive.size / channels };
}

for (const [name, widths] of [
  ["narrow", NARROW_WIDTHS],
  ["full", FULL_WIDTHS],
] as const) {
  test(`activations of a random ${name} model neither die nor saturate everywhere`, (t) => {
    const model = randomModel({ seed: 11, widths, frames: 184, coefficients: 40, classes: 7 });
    const random = new Random(12);
    const labels = new Set<number>();
    for (let i = 0; i < 4; i++) {
      const started = performance.now();
      const { activations, logits } = runNetwork(model, randomMfcc(random, 184, 40, 10), 10);
      const milliseconds = performance.now() - started;
      const shares = activations.map(occupation);
      const text = shares.map(({ zero, full }) => `${(100 * zero).toFixed(0)} % / ${(100 * full).toFixed(1)} %`).join(", ");
      t.diagnostic(`${milliseconds.toFixed(0)} ms; at 0 / at the upper end: ${text}`);
      for (const { zero, full, dead } of shares) assert.ok(zero < 0.6 && full < 0.2 && dead < 0.3);
      labels.add(logits.indexOf(Math.max(...logits)));
      assert.ok(softmax(logits, model.dense.logitScale).some((p) => p > 1e-3 && p < 0.999));
    }
    assert.ok(labels.size > 1);
  });
}

test("the same seed makes the same model, another seed another", () => {
  const options = { widths: NARROW_WIDTHS, frames: 37, coefficients: 13, classes: 3 };
  assert.deepEqual(randomModel({ seed: 1, ...options }), randomModel({ seed: 1, ...options }));
  assert.notDeepEqual(randomModel({ seed: 1, ...options }).dense.weights, randomModel({ seed: 2, ...options }).dense.weights);
});

test("models of any size, extreme weights included, stay inside int32 and the shifts inside 1..62", () => {
  const width = fc.integer({ min: 1, max: 6 });
  const options = fc.record({
    seed: fc.integer(),
    widths: fc.tuple(width, width, width, width, width, width, width, width),
    frames: fc.integer({ min: 1, max: 40 }),
    coefficients: fc.integer({ min: 1, max: 20 }),
    classes: fc.integer({ min: 1, max: 9 }),
    weights: fc.constantFrom<"normal" | "extreme">("normal", "extreme"),
  });
  fc.assert(
    fc.property(options, (drawn) => {
      const model = randomModel(drawn);
      for (const layer of [...model.bodyOne, ...model.bodyTwo]) {
        assert.ok(layer.multiplier.every((multiplier) => multiplier >= 2 ** 30));
        assert.ok(layer.shift.every((shift) => shift >= 3 && shift <= 62));
      }
      for (const sign of [1, -1]) runNetwork(model, new Float32Array(drawn.frames * drawn.coefficients).fill(sign * 10), 10);
    }),
    { numRuns: 60 },
  );
});

test("multiplier and shift represent the ratio to 31 bits", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-8, max: 1e4, noNaN: true }), (ratio) => {
      const { multiplier, shift } = fixedPoint(ratio);
      assert.ok(multiplier >= 2 ** 30 && multiplier < 2 ** 31);
      assert.ok(Math.abs(multiplier * 2 ** -shift - ratio) <= ratio * 2 ** -31);
    }),
  );
});

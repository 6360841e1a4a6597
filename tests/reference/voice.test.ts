import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NARROW_WIDTHS, randomModel } from "../support/random_model.js";
import { runQuantizedNetwork } from "./network.js";
import { isAccepted } from "./probabilities.js";
import { voiceOf, voiceOfNetwork } from "./voice.js";

test("the logistic function of the scaled output, near float64's", () => {
  const logit = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const scale = fc.double({ min: 1e-12, max: 1e-6, noNaN: true });
  fc.assert(
    fc.property(logit, scale, (output, logitScale) => {
      const x = output * Math.fround(logitScale);
      assert.ok(Math.abs(voiceOf(output, { logitScale }) - 1 / (1 + Math.exp(-x))) < 1e-6);
    }),
  );
});

test("cases done by hand", () => {
  assert.equal(voiceOf(0, { logitScale: 1 }), 0.5);
  assert.equal(voiceOf(2 ** 31 - 1, { logitScale: 1 }), 1);
  assert.equal(voiceOf(-(2 ** 31), { logitScale: 1 }), 0);
  assert.ok(Math.abs(voiceOf(-4, { logitScale: 0.25 }) - 1 / (1 + Math.E)) < 1e-7);
});

test("the output is the bias and the weighted sum of the features", () => {
  const shape = { frames: 5, coefficients: 6, classes: 2 };
  const model = randomModel({ seed: 3, widths: NARROW_WIDTHS, voice: true, ...shape });
  const input = Int32Array.from({ length: 30 }, (_, i) => 130 * i - 2000);
  const result = runQuantizedNetwork(model, input);
  const { weights, bias, logitScale } = model.voice!;
  const logit = result.activations.at(-1)!.values.reduce((sum, feature, i) => sum + feature * weights[i]!, bias[0]!);
  assert.equal(voiceOfNetwork(model, result), voiceOf(logit, { logitScale }));
  const { voice: _, ...without } = model;
  assert.equal(voiceOfNetwork(without, result), undefined);
});

test("below one half nothing is accepted", () => {
  const certain = Float32Array.of(0, 1);
  for (const voice of [0.5, 0.75, 1, undefined]) assert.equal(isAccepted(certain, 0, 0, 0, voice), true, `${voice}`);
  for (const voice of [0, 0.25, 0.5 - 2 ** -25]) assert.equal(isAccepted(certain, 0, 0, 0, voice), false, `${voice}`);
});

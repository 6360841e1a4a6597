import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../support/random.js";
import { logarithm } from "./logarithm.js";
import { f32 } from "./rounding.js";

/** Distance to the next larger float32 of the size of x. */
function ulp(x: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(x))) - 23);
}

test("ln over the energies that occur", (t) => {
  const random = new Random(1);
  let [absolute, ulps] = [0, 0];
  for (let i = 0; i < 300000; i++) {
    const v = f32(2 ** random.between(-20, 20));
    const exact = Math.log(v);
    const error = Math.abs(logarithm(v) - exact);
    absolute = Math.max(absolute, error);
    if (Math.abs(exact) > 0.5) ulps = Math.max(ulps, error / ulp(exact));
  }
  t.diagnostic(`ln in [2^-20, 2^20]: largest error ${absolute.toExponential(2)}, ${ulps.toFixed(2)} ulp where |ln| > 0.5`);
  assert.ok(absolute <= 2e-6);
});

test("ln around 1 keeps its relative error, and ln 1 is 0", (t) => {
  let relative = 0;
  for (let i = -20000; i <= 20000; i++) {
    const v = f32(1 + i * 2e-5);
    if (v !== 1) relative = Math.max(relative, Math.abs(logarithm(v) / Math.log(v) - 1));
  }
  t.diagnostic(`ln in [0.6, 1.4]: largest relative error ${relative.toExponential(2)}`);
  assert.equal(logarithm(1), 0);
  assert.ok(relative <= 3e-7);
});

test("ln never falls", () => {
  let last = -Infinity;
  for (let v = f32(1e-6); v < 1e6; v = f32(v * 1.0001)) {
    const value = logarithm(v);
    assert.ok(value >= last);
    last = value;
  }
});

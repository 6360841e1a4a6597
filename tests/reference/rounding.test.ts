import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nearest } from "./rounding.js";

test("nearest rounds ties to even", () => {
  for (const [x, rounded] of [
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, 0],
    [-1.5, -2],
    [-2.5, -2],
    [0.49999999999999994, 0],
    [-0.49999999999999994, 0],
    [4503599627370495.5, 4503599627370496],
  ] as const) {
    assert.equal(nearest(x) + 0, rounded);
  }
});

test("nearest is the integer at most a half away, as the engine's own rounding to 2^52 finds it", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (x) => {
      // Adding 1.5 * 2^52 leaves no bits after the point: the sum is rounded to an integer, ties to even.
      assert.equal(nearest(x) + 0, x + 1.5 * 2 ** 52 - 1.5 * 2 ** 52);
    }),
  );
});

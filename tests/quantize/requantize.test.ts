/** Fixed-point factors and their application, against integers of any size. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LARGEST_SHIFT, requantize, SMALLEST_SHIFT, toFixedPoint } from "../../ts-tools/quantize/requantize.js";

const INT32_MAX = 2 ** 31 - 1;

function requantizeExactly(sum: number, multiplier: number, shift: number, levels: number): number {
  const result = (BigInt(sum) * BigInt(multiplier) + (1n << BigInt(shift - 1))) >> BigInt(shift);
  return result > BigInt(levels) ? levels : Number(result);
}

const anyFactor = fc.tuple(fc.double({ min: 0.5, max: 2, noNaN: true }), fc.integer({ min: -60, max: 60 })).map(([m, e]) => m * 2 ** e);

test("a factor becomes the nearest multiplier and shift in their ranges", () => {
  fc.assert(
    fc.property(anyFactor, (factor) => {
      const { multiplier, shift } = toFixedPoint(factor);
      assert.ok(Number.isInteger(multiplier) && multiplier >= 2 ** 30 && multiplier < 2 ** 31);
      assert.ok(Number.isInteger(shift) && shift >= SMALLEST_SHIFT && shift <= LARGEST_SHIFT);
      if (factor > 2 ** -32 && factor < 2 ** 28 - 1) assert.ok(Math.abs(multiplier * 2 ** -shift - factor) <= factor * 2 ** -31);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test("a factor that rounds up to 2^31 becomes 2^30 with one shift less", () => {
  assert.deepEqual(toFixedPoint(1 - 2 ** -40), { multiplier: 2 ** 30, shift: 30 });
  assert.deepEqual(toFixedPoint(1), { multiplier: 2 ** 30, shift: 30 });
});

test("factors beyond the shifts round as the unlimited factor does", () => {
  for (const factor of [2 ** -33, 2 ** -40, 1e-30, 1e-300]) {
    const { multiplier, shift } = toFixedPoint(factor);
    assert.equal(requantizeExactly(INT32_MAX, multiplier, shift, 127), 0);
    // An edge window of one element out of four: a quarter of the largest sum, two shifts less.
    assert.equal(requantizeExactly(Math.floor(INT32_MAX / 4), multiplier, shift - 2, 127), 0);
  }
  for (const factor of [2 ** 28, 2 ** 40, 1e300]) {
    const { multiplier, shift } = toFixedPoint(factor);
    assert.equal(requantizeExactly(1, multiplier, shift, 32767), 32767);
    assert.equal(requantizeExactly(1, multiplier, shift - 2, 32767), 32767);
    assert.equal(requantizeExactly(0, multiplier, shift, 32767), 0);
  }
});

test("a factor that is not a positive number is refused", () => {
  for (const factor of [0, -1, Number.NaN, Infinity]) assert.throws(() => toFixedPoint(factor), RangeError);
});

test("requantize is exact, at rounding edges too", () => {
  const sums = fc.oneof(fc.integer({ min: 0, max: INT32_MAX }), fc.integer({ min: 0, max: 4096 }));
  const levels = fc.constantFrom(127, 32767);
  const multipliers = fc.oneof(fc.integer({ min: 2 ** 30, max: INT32_MAX }), fc.constantFrom(2 ** 30, 3 * 2 ** 29, INT32_MAX));
  fc.assert(
    fc.property(sums, multipliers, fc.integer({ min: 1, max: LARGEST_SHIFT }), levels, (sum, multiplier, shift, top) => {
      assert.equal(requantize(sum, multiplier, shift, top), requantizeExactly(sum, multiplier, shift, top));
    }),
    { seed: 2, numRuns: 20000 },
  );
});

test("halves are rounded up", () => {
  // 2^30 * 2^-31 = 1/2.
  assert.equal(requantize(1, 2 ** 30, 31, 127), 1);
  assert.equal(requantize(3, 2 ** 30, 31, 127), 2);
  // Just below a half, closer than a float64 product can tell.
  const shift = 61;
  const sum = INT32_MAX;
  assert.equal(requantize(sum, 2 ** 30, shift, 127), requantizeExactly(sum, 2 ** 30, shift, 127));
});

import { requantize } from "../../../assembly/kernels/requantize";
import { roundedQuotient } from "../support/exact";
import { bits, integer, seed, unit } from "../support/random";

const LOWEST_MULTIPLIER: i32 = 1 << 30;
const HIGHEST_MULTIPLIER: i32 = i32.MAX_VALUE;

function matches(sum: i32, multiplier: i32, shift: i32, largest: i32): bool {
  return requantize(sum, multiplier, shift, largest) == roundedQuotient(u64(sum) * u64(multiplier), shift, u64(largest));
}

describe("requantize", () => {
  it("equals quotient and remainder for random sums, multipliers and every shift", () => {
    seed(7);
    let wrong = 0;
    for (let i = 0; i < 200000; i++) {
      const sum = i32(bits() >> (1 + (bits() % 31)));
      const multiplier = integer(LOWEST_MULTIPLIER, HIGHEST_MULTIPLIER);
      const largest = (i & 1) != 0 ? 127 : 32767;
      if (!matches(sum, multiplier, 1 + (i % 62), largest)) wrong++;
    }
    expect<i32>(wrong).toBe(0);
  });
  it("lies within half a step of the product in float64", () => {
    seed(8);
    let largestError: f64 = 0;
    for (let i = 0; i < 100000; i++) {
      const shift = integer(30, 61);
      const multiplier = integer(LOWEST_MULTIPLIER, HIGHEST_MULTIPLIER);
      // The multiplier is below 2^31, so the result stays below 32767.
      const sum = i32(unit() * min<f64>(2147483647, (32766 * f64(u64(1) << u64(shift))) / 2147483648));
      const exact = (f64(sum) * f64(multiplier)) / f64(u64(1) << u64(shift));
      largestError = max<f64>(largestError, abs<f64>(f64(requantize(sum, multiplier, shift, 32767)) - exact));
    }
    log<string>(`largest distance from the product: ${largestError}`);
    expect<f64>(largestError).toBeGreaterThan(0.49);
    expect<f64>(largestError).toBeLessThanOrEqual(0.5);
  });
  it("is right at the extremes of sum, multiplier and shift", () => {
    const sums: StaticArray<i32> = [0, 1, 2, 3, 127, 32767, 32768, (1 << 30) - 1, 1 << 30, i32.MAX_VALUE - 1, i32.MAX_VALUE];
    const multipliers: StaticArray<i32> = [LOWEST_MULTIPLIER, LOWEST_MULTIPLIER + 1, HIGHEST_MULTIPLIER - 1, HIGHEST_MULTIPLIER];
    let wrong = 0;
    for (let s = 0; s < sums.length; s++) {
      for (let m = 0; m < multipliers.length; m++) {
        for (let shift = 1; shift <= 62; shift++) {
          if (!matches(sums[s], multipliers[m], shift, 127)) wrong++;
          if (!matches(sums[s], multipliers[m], shift, 32767)) wrong++;
        }
      }
    }
    expect<i32>(wrong).toBe(0);
  });
  it("rounds ties upwards", () => {
    // (2k + 1) * 2^30 / 2^31 = k + 1/2
    let wrong = 0;
    for (let k = 0; k < 32766; k++) if (requantize(2 * k + 1, 1 << 30, 31, 32767) != k + 1) wrong++;
    // The same with a multiplier of 3 * 2^29: (2k + 1) * 3 / 2.
    for (let k = 0; k < 10000; k++) if (requantize(2 * k + 1, 3 << 29, 30, 32767) != 3 * k + 2) wrong++;
    expect<i32>(wrong).toBe(0);
  });
  it("stops at the largest", () => {
    // 126.5 - 2^-31, 126.5, 127.5
    expect<i32>(requantize(253, (1 << 30) - 1, 31, 127)).toBe(126);
    expect<i32>(requantize(253, 1 << 30, 31, 127)).toBe(127);
    expect<i32>(requantize(255, 1 << 30, 31, 127)).toBe(127);
    expect<i32>(requantize(i32.MAX_VALUE, i32.MAX_VALUE, 1, 127)).toBe(127);
    expect<i32>(requantize(i32.MAX_VALUE, i32.MAX_VALUE, 1, 32767)).toBe(32767);
  });
});

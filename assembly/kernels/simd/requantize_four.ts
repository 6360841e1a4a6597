import { ACTIVATION_LEVELS } from "../../generated/levels";

/**
 * Four sums to the next layer's scale, as `requantize` of the scalar kernels does for one: (sum * multiplier + (1 << (shift - 1))) >> shift in 64 bits. The
 * shifts of the lanes may differ, and SIMD has no such instruction: from 33 on, to shift the product's upper word by shift - 32 is to multiply it by
 * 2^(64 - shift) and to take the upper word again.
 *
 * sums          int32 [4], not negative
 * multipliers   int32 [4]
 * rounding      int64 1 << (shift - 1) [4], as two vectors; after them int32 2^(64 - shift) [4]
 */
@inline
export function requantizeFour(sums: v128, multipliers: v128, rounding: usize): v128 {
  const low = i64x2.add(i64x2.extmul_low_i32x4_u(sums, multipliers), v128.load(rounding));
  const high = i64x2.add(i64x2.extmul_high_i32x4_u(sums, multipliers), v128.load(rounding, 16));
  const factors = v128.load(rounding, 32);
  const upper = i8x16.shuffle(low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  const shiftedLow = i64x2.extmul_low_i32x4_u(upper, factors);
  const shiftedHigh = i64x2.extmul_high_i32x4_u(upper, factors);
  return i8x16.shuffle(shiftedLow, shiftedHigh, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

/** Stores four results, limited to the largest activation, as bytes. */
@inline
export function storeFour(out: usize, results: v128): void {
  const limited = i32x4.min_u(results, i32x4.splat(ACTIVATION_LEVELS));
  const words = i16x8.narrow_i32x4_u(limited, limited);
  v128.store32_lane(out, i8x16.narrow_i16x8_u(words, words), 0);
}

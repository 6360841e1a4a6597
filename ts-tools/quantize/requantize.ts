/** Fixed-point factors: real factor = multiplier * 2^-shift, as docs/arithmetic.md section 5 applies them. */

/** A multiplier in [2^30, 2^31) and a right shift. */
export interface FixedPoint {
  multiplier: number;
  shift: number;
}

/** A window of one element out of four subtracts 2 from the shift, and a shift must stay at least 1. */
export const SMALLEST_SHIFT = 3;
export const LARGEST_SHIFT = 62;

const LOWEST_MULTIPLIER = 2 ** 30;
const HIGHEST_MULTIPLIER = 2 ** 31 - 1;

/**
 * The nearest multiplier * 2^-shift to a positive factor. Factors beyond the reach of the shift are clamped, which changes no result, because a sum
 * is an integer in 0..2^31 - 1 (and four times smaller where an edge window has a factor four times larger):
 * - factor < 2^-32: sum * factor < 1/2, so the output is always 0, and with 2^30 * 2^-62 = 2^-32 it is, too;
 * - factor >= 2^28: any sum but 0 becomes the largest output, and with the largest pair, nearly 2^28, it does so too.
 */
export function toFixedPoint(factor: number): FixedPoint {
  if (!(factor > 0 && factor < Infinity)) throw new RangeError(`a factor must be positive and finite, not ${factor}`);
  let scaled = factor;
  let shift = 0;
  // Powers of two are exact in float64.
  for (; scaled < LOWEST_MULTIPLIER; shift++) scaled *= 2;
  for (; scaled >= 2 * LOWEST_MULTIPLIER; shift--) scaled /= 2;
  let multiplier = Math.round(scaled);
  if (multiplier > HIGHEST_MULTIPLIER) {
    multiplier = LOWEST_MULTIPLIER;
    shift--;
  }
  if (shift > LARGEST_SHIFT) return { multiplier: LOWEST_MULTIPLIER, shift: LARGEST_SHIFT };
  if (shift < SMALLEST_SHIFT) return { multiplier: HIGHEST_MULTIPLIER, shift: SMALLEST_SHIFT };
  return { multiplier, shift };
}

/** min((sum * multiplier + 2^(shift - 1)) >> shift, levels), exactly, for a sum in 0..2^31 - 1. */
export function requantize(sum: number, multiplier: number, shift: number, levels: number): number {
  if (sum === 0) return 0;
  // The float64 product is off by less than 2^-52 of itself: only within 1e-9 of a rounding edge does that matter (levels < 2^16).
  const rounded = sum * multiplier * 2 ** -shift + 0.5;
  if (rounded >= levels + 1) return levels;
  const floor = Math.floor(rounded);
  if (rounded - floor > 1e-9 && rounded - floor < 1 - 1e-9) return floor;
  const exact = (BigInt(sum) * BigInt(multiplier) + (1n << BigInt(shift - 1))) >> BigInt(shift);
  return Math.min(Number(exact), levels);
}

/**
 * An int32 sum to the next layer's scale: (sum * multiplier + half) >> shift in 64 bits, at most `largest`. The sum is rectified, so neither it nor
 * the result is negative; multiplier in [2^30, 2^31), shift in 1..62.
 */
export function requantize(sum: i32, multiplier: i32, shift: i32, largest: i32): i32 {
  const scaled = (i64(sum) * i64(multiplier) + (i64(1) << i64(shift - 1))) >> i64(shift);
  return i32(min<i64>(scaled, i64(largest)));
}

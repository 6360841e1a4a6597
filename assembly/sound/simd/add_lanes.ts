/** Sums of 32 bits to sums of 64 bits: of each half of the lanes. */
@inline
export function widen(lanes: v128): v128 {
  return i64x2.add(i64x2.extend_low_i32x4_s(lanes), i64x2.extend_high_i32x4_s(lanes));
}

/** The sum of 16 lanes of 32 bits, and of two of 64 bits. */
@inline
export function addLanes(a: v128, b: v128, c: v128, d: v128, more: v128): i64 {
  const sums = i64x2.add(i64x2.add(widen(a), widen(b)), i64x2.add(i64x2.add(widen(c), widen(d)), more));
  return i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1);
}

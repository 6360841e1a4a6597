/** Weights of two taps and four output channels, int8 [2][4], to int16 [4][2]: a pair of taps side by side, as `i32x4.dot_i16x8_s` multiplies them. */
@inline
export function loadPair(at: usize): v128 {
  const weights = v128.load8x8_s(at);
  return v128.shuffle<i16>(weights, weights, 0, 4, 1, 5, 2, 6, 3, 7);
}

/**
 * Weights of four output channels, of a layer that is computed directly.
 *
 * raw       int8 [taps][4], as in a weight group; four bytes after an odd number may be read
 * weights   int16 [pairs][8 output channels][2]: address of the first of the four; a last single tap is paired with a zero
 */
export function widenWeights(raw: usize, taps: i32, weights: usize): void {
  for (; taps > 1; taps -= 2) {
    v128.store(weights, loadPair(raw));
    raw += 8;
    weights += 32;
  }
  if (taps == 1) v128.store(weights, v128.and(loadPair(raw), i32x4.splat(0xffff)));
}

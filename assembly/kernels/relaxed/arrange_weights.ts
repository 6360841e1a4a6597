/**
 * Weights of four output channels in the order in which `multiplyInt8` reads them.
 *
 * raw       int8 [channels][4], as in a weight group
 * weights   int8 [channels / 4][8 output channels][4]: address of the first of the four
 */
export function arrangeWeights(raw: usize, channels: i32, weights: usize): void {
  for (const end = raw + ((<usize>channels) << 2); raw < end; raw += 16) {
    const four = v128.load(raw);
    v128.store(weights, v128.shuffle<i8>(four, four, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    weights += 32;
  }
}

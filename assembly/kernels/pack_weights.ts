/**
 * Turns a tile of four output channels into the words that `convolvePacked` multiplies with.
 *
 *     raw     [taps][4] int8     w0 w1 w2 w3
 *     packed  [taps][2] int32    w0 + (w1 << 24)   w2 + (w3 << 24)
 *
 * The packed tile may grow into the raw one if it begins at least 4 * (taps - 1) bytes in front of it: a word is then written only where every byte
 * has been read.
 */
export function packWeights(raw: usize, packed: usize, taps: i32): void {
  const end = raw + ((<usize>taps) << 2);
  while (raw < end) {
    const four = load<i32>(raw);
    store<i32>(packed, ((four << 24) >> 24) + ((four >> 8) << 24));
    store<i32>(packed, ((four << 8) >> 24) + ((four >> 24) << 24), 4);
    raw += 4;
    packed += 8;
  }
}

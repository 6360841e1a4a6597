/**
 * Turns a tile of four output channels into the words that `convolvePacked` multiplies with.
 *
 *     raw     [taps][4] int8     w0 w1 w2 w3
 *     packed  [taps][2] int32    w0 + (w1 << 24)   w2 + (w3 << 24)
 *
 * The packed tile may grow into the raw one if it begins at least 4 * taps bytes in front of it: words are then written only where every byte
 * has been read.
 */
export function packWeights(raw: usize, packed: usize, taps: i32): void {
  const end = raw + ((<usize>taps) << 2);
  while (raw < end) {
    const four = load<i32>(raw);
    store<i32>(packed, ((four << 24) >> 24) + (((four << 16) >> 24) << 24));
    store<i32>(packed, ((four << 8) >> 24) + ((four >> 24) << 24), 4);
    raw += 4;
    packed += 8;
  }
}

/** The same for `convolveWinograd`: w0 + (w1 << 22). `taps` is a multiple of 4. */
export function packForWinograd(raw: usize, packed: usize, taps: i32): void {
  const end = raw + ((<usize>taps) << 2);
  let four: i32;
  while (raw < end) {
    four = load<i32>(raw);
    store<i32>(packed, ((four << 24) >> 24) + (((four << 16) >> 24) << 22));
    store<i32>(packed, ((four << 8) >> 24) + ((four >> 24) << 22), 4);
    four = load<i32>(raw, 4);
    store<i32>(packed, ((four << 24) >> 24) + (((four << 16) >> 24) << 22), 8);
    store<i32>(packed, ((four << 8) >> 24) + ((four >> 24) << 22), 12);
    four = load<i32>(raw, 8);
    store<i32>(packed, ((four << 24) >> 24) + (((four << 16) >> 24) << 22), 16);
    store<i32>(packed, ((four << 8) >> 24) + ((four >> 24) << 22), 20);
    four = load<i32>(raw, 12);
    store<i32>(packed, ((four << 24) >> 24) + (((four << 16) >> 24) << 22), 24);
    store<i32>(packed, ((four << 8) >> 24) + ((four >> 24) << 22), 28);
    raw += 16;
    packed += 32;
  }
}

import { PACKED_BITS, WINOGRAD_BITS } from "../generated/record_layouts";

/**
 * The weights of a group of four output channels to the words that `convolvePacked` multiplies.
 *
 *     raw     [taps][4] int8     w0 w1 w2 w3
 *     packed  [taps][2] int32    w0 + (w1 << 24)   w2 + (w3 << 24)
 *
 * The packed words may grow into the raw weights if they begin at least 4 * taps bytes before them: a word is then written only over bytes
 * that have been read.
 */
export function packWeights(raw: usize, packed: usize, taps: i32): void {
  const end = raw + ((<usize>taps) << 2);
  while (raw < end) {
    const four = load<i32>(raw);
    store<i32>(packed, ((four << 24) >> 24) + (((four << 16) >> 24) << PACKED_BITS));
    store<i32>(packed, ((four << 8) >> 24) + ((four >> 24) << PACKED_BITS), 4);
    raw += 4;
    packed += 8;
  }
}

/** Taps of one turn of the loop. */
const TAPS: usize = 4;
//$require TAPS divides 4

/** The same for `convolveWinograd`: w0 + (w1 << 22). `taps` is a multiple of 4. */
export function packForWinograd(raw: usize, packed: usize, taps: i32): void {
  const end = raw + ((<usize>taps) << 2);
  let four: i32;
  while (raw < end) {
    //$for tap in range($TAPS)
    four = load<i32>(raw, 4 * $tap);
    store<i32>(packed, ((four << 24) >> 24) + (((four << 16) >> 24) << WINOGRAD_BITS), 8 * $tap);
    store<i32>(packed, ((four << 8) >> 24) + ((four >> 24) << WINOGRAD_BITS), 8 * $tap + 4);
    //$end
    raw += $TAPS << 2;
    packed += $TAPS << 3;
  }
}

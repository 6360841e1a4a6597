import { tileWidth } from "../../generated/kernels/word/multiply_pairs";

/** Sign bits of four bytes, and of two halves. */
const BYTE_SIGNS: u32 = 0x80808080;
const SIGNS: u32 = 0x80008000;
/** Bytes 0 and 2 of a word. */
const EVEN: u32 = 0x00ff00ff;
/** 256 in both halves. */
const BOTH_256: u32 = 0x01000100;

/**
 * Four rows of activations as `multiplyPairs` takes them for Winograd's F(2x2, 3x3), and what its sums begin with. The rows d0..d3 become d0 - d2, d1 + d2 - 128, d2 - d1,
 * d1 - d3, and then the columns the same way, but without the 128. The bias of the weight group contains what these take from the results (ts-tools/emit/winograd.ts).
 *
 * Two channels share a word: 4 q and 4 q + 2, and 4 q + 1 and 4 q + 3.
 *
 * rows         addresses [4], u32, of uint8, 0..127: the columns of padding, too; if the number of columns is odd, what follows the last one is read but has no effect
 * offset       of the first channel
 * words        four channels each, at most 8
 * tiles        of two columns
 * pixelStride  bytes from a column to the next
 * values       int16 [tiles, in tiles of multiplyPairs][16 positions][16 pairs][width][2]
 * initial      int32 [tiles, the same][16 positions][width]: minus 128 (1, 3, 3, 1) x (1, 3, 3, 1) times the sum of the values (transform_weights.template.ts)
 * columnSums   room for uint32 [2 tiles + 2]
 */
export function transformValues(
  rows: usize,
  offset: usize,
  words: i32,
  tiles: i32,
  pixelStride: usize,
  values: usize,
  initial: usize,
  columnSums: usize,
): void {
  const row0 = <usize>load<u32>(rows) + offset;
  const row1 = <usize>load<u32>(rows, 4) + offset;
  const row2 = <usize>load<u32>(rows, 8) + offset;
  const row3 = <usize>load<u32>(rows, 12) + offset;
  transformRow0(0, row0, row2, words, tiles, pixelStride, values, initial, columnSums);
  transformRow1(1, row1, row2, words, tiles, pixelStride, values, initial, columnSums);
  transformRow0(2, row2, row1, words, tiles, pixelStride, values, initial, columnSums);
  transformRow0(3, row1, row3, words, tiles, pixelStride, values, initial, columnSums);
}

/** Four bytes of two rows, plus 128: the first less the second, or their sum less 128. */
function bothRows0(first: u32, second: u32): u32 {
  return (first | BYTE_SIGNS) - second;
}
function bothRows1(first: u32, second: u32): u32 {
  return first + second;
}

/** Positions 4 row .. 4 row + 3, whose rows are differences (0) or a sum (1). */
//$for kind in range(2)
function transformRow$kind(
  row: i32,
  first: usize,
  second: usize,
  words: i32,
  tiles: i32,
  pixelStride: usize,
  values: usize,
  initial: usize,
  columnSums: usize,
): void {
  memory.fill(columnSums, 0, (<usize>(2 * tiles + 2)) << 2);
  for (let word = 0; word < words; word++) {
    let a = first + ((<usize>word) << 2);
    let b = second + ((<usize>word) << 2);
    let sum = columnSums;
    let both = bothRows$kind(load<u32>(a), load<u32>(b));
    let even0 = both & EVEN;
    let odd0 = (both >> 8) & EVEN;
    store<u32>(sum, load<u32>(sum) + even0 + odd0);
    a += pixelStride;
    b += pixelStride;
    both = bothRows$kind(load<u32>(a), load<u32>(b));
    let even1 = both & EVEN;
    let odd1 = (both >> 8) & EVEN;
    store<u32>(sum, load<u32>(sum, 4) + even1 + odd1, 4);
    for (let tile = 0; tile < tiles; ) {
      const width = tileWidth(tiles - tile);
      const step = (<usize>width) << 6;
      let at0 = values + ((<usize>tile) << 10) + ((<usize>row) << 2) * step + ((<usize>(word * width)) << 3);
      const odd = (<usize>width) << 2;
      for (const end = at0 + odd; at0 < end; at0 += 4) {
        const at1 = at0 + step;
        const at2 = at1 + step;
        const at3 = at2 + step;
        a += pixelStride;
        b += pixelStride;
        both = bothRows$kind(load<u32>(a), load<u32>(b));
        const even2 = both & EVEN;
        const odd2 = (both >> 8) & EVEN;
        store<u32>(sum, load<u32>(sum, 8) + even2 + odd2, 8);
        a += pixelStride;
        b += pixelStride;
        both = bothRows$kind(load<u32>(a), load<u32>(b));
        const even3 = both & EVEN;
        const odd3 = (both >> 8) & EVEN;
        store<u32>(sum, load<u32>(sum, 12) + even3 + odd3, 12);
        sum += 8;
        store<u32>(at0, ((even0 | SIGNS) - even2) ^ SIGNS);
        store<u32>(at1, ((even1 | SIGNS) + even2 - BOTH_256) ^ SIGNS);
        store<u32>(at2, ((even2 | SIGNS) - even1) ^ SIGNS);
        store<u32>(at3, ((even1 | SIGNS) - even3) ^ SIGNS);
        store<u32>(at0 + odd, ((odd0 | SIGNS) - odd2) ^ SIGNS);
        store<u32>(at1 + odd, ((odd1 | SIGNS) + odd2 - BOTH_256) ^ SIGNS);
        store<u32>(at2 + odd, ((odd2 | SIGNS) - odd1) ^ SIGNS);
        store<u32>(at3 + odd, ((odd1 | SIGNS) - odd3) ^ SIGNS);
        even0 = even2;
        odd0 = odd2;
        even1 = even3;
        odd1 = odd3;
      }
      tile += width;
    }
  }
  beginSums(row, words, tiles, initial, columnSums);
}
//$end

/** What the sums of positions 4 row .. 4 row + 3 begin with, from the sums of the columns. */
function beginSums(row: i32, words: i32, tiles: i32, initial: usize, columnSums: usize): void {
  const center = words << 10;
  const scale = row == 0 || row == 3 ? -128 : -384;
  for (let tile = 0; tile < tiles; ) {
    const width = tileWidth(tiles - tile);
    const step = (<usize>width) << 2;
    let at = initial + ((<usize>tile) << 6) + ((<usize>row) << 2) * step;
    for (const end = at + step; at < end; at += 4) {
      const sum0 = bothHalves(load<u32>(columnSums));
      const sum1 = bothHalves(load<u32>(columnSums, 4));
      const sum2 = bothHalves(load<u32>(columnSums, 8));
      const sum3 = bothHalves(load<u32>(columnSums, 12));
      store<i32>(at, (sum0 - sum2) * scale);
      store<i32>(at + step, (sum1 + sum2 - center) * scale * 3);
      store<i32>(at + 2 * step, (sum2 - sum1) * scale * 3);
      store<i32>(at + 3 * step, (sum1 - sum3) * scale);
      columnSums += 8;
    }
    tile += width;
  }
}

/** The sum of the halves of a word, uint16 each. */
export function bothHalves(word: u32): i32 {
  return i32(word & 0xffff) + i32(word >> 16);
}

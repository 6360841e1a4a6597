import { wideTileWidth } from "../../generated/kernels/word/multiply_pairs";
import { bothHalves } from "../../generated/kernels/word/transform_values";

/** Sign bits of four bytes, and of two halves. */
const BYTE_SIGNS: u32 = 0x80808080;
const SIGNS: u32 = 0x80008000;
/** Bytes 0 and 2 of a word. */
const EVEN: u32 = 0x00ff00ff;
/** 6 x 128 in both halves. */
const BOTH_768: u32 = 0x03000300;

/**
 * Four rows of activations as `multiplyWidePairs` takes them for Winograd's F(2x4, 3x3), and what its sums begin with. The rows d0..d3 become d0 - d2, d1 + d2 - 128, d2 - d1,
 * d1 - d3 as in transform_values.template.ts; then six columns become
 *
 *     4 d0 - 5 d2 + d4,  -4 d1 - 4 d2 + d3 + d4,  4 d1 - 4 d2 - d3 + d4,  -2 d1 - d2 + 2 d3 + d4,  2 d1 - d2 - 2 d3 + d4,  4 d1 - 5 d3 + d5
 *
 * (A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, B^T of F(4, 3)). Two channels share a word: 4 q and 4 q + 2, and 4 q + 1 and 4 q + 3.
 * What one half borrows from the other is made good when 2^15 is added to both.
 *
 * rows         addresses [4], u32, of uint8, 0..127: the columns of padding, too
 * offset       of the first channel
 * words        four channels each, at most 6
 * tiles        of four columns
 * pixelStride  bytes from a column to the next
 * values       int16 [tiles, in tiles of multiplyWidePairs][24 positions][16 pairs][width][2]
 * initial      int32 [tiles, the same][24 positions][width]: minus 128 (1, 3, 3, 1) x (6, 12, 12, 7, 7, 24) times the sum of the values (transform_wide_weights.template.ts)
 * columnSums   room for uint32 [4 tiles + 2]
 */
export function transformWideValues(
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
  transformRow(0, row0, row2, words, tiles, pixelStride, values, initial, columnSums);
  transformRow(1, row1, row2, words, tiles, pixelStride, values, initial, columnSums);
  transformRow(2, row2, row1, words, tiles, pixelStride, values, initial, columnSums);
  transformRow(3, row1, row3, words, tiles, pixelStride, values, initial, columnSums);
}

/** Positions 6 row .. 6 row + 5: of the first row less the second, or in row 1 of their sum. */
function transformRow(
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
  memory.fill(columnSums, 0, (<usize>(4 * tiles + 2)) << 2);
  // Four bytes of both rows, plus 128: (a | signs) - b, which is (a | signs) + ~b + 1, or a + b.
  const signs = row == 1 ? 0 : BYTE_SIGNS;
  const inverted: u32 = row == 1 ? 0 : 0xffffffff;
  const one: u32 = row == 1 ? 0 : 1;
  //$for column in range(6)
  let even$column: u32;
  let odd$column: u32;
  //$end
  let both: u32;
  let wide: u32;
  let narrow: u32;
  let outer: u32;
  let inner: u32;
  for (let word = 0; word < words; word++) {
    let a = first + ((<usize>word) << 2);
    let b = second + ((<usize>word) << 2);
    let sum = columnSums;
    //$for column in range(2)
    both = (load<u32>(a) | signs) + (load<u32>(b) ^ inverted) + one;
    even$column = both & EVEN;
    odd$column = (both >> 8) & EVEN;
    store<u32>(sum, load<u32>(sum, 4 * $column) + even$column + odd$column, 4 * $column);
    a += pixelStride;
    b += pixelStride;
    //$end
    for (let tile = 0; tile < tiles; ) {
      const width = wideTileWidth(tiles - tile);
      const step = (<usize>width) << 6;
      const half = (<usize>width) << 2;
      let at0 = values + <usize>tile * 1536 + <usize>(6 * row) * step + ((<usize>(word * width)) << 3);
      for (const end = at0 + half; at0 < end; at0 += 4) {
        //$for column in range(2, 6)
        both = (load<u32>(a) | signs) + (load<u32>(b) ^ inverted) + one;
        even$column = both & EVEN;
        odd$column = (both >> 8) & EVEN;
        store<u32>(sum, load<u32>(sum, 4 * $column) + even$column + odd$column, 4 * $column);
        a += pixelStride;
        b += pixelStride;
        //$end
        sum += 16;
        const at1 = at0 + step;
        const at2 = at1 + step;
        const at3 = at2 + step;
        const at4 = at3 + step;
        const at5 = at4 + step;
        wide = even4 + SIGNS - 4 * even2;
        inner = even3 - 4 * even1;
        narrow = even4 + SIGNS - even2;
        outer = 2 * (even3 - even1);
        store<u32>(at0, (narrow + 4 * (even0 - even2)) ^ SIGNS);
        store<u32>(at1, (wide + inner + BOTH_768) ^ SIGNS);
        store<u32>(at2, (wide - inner) ^ SIGNS);
        store<u32>(at3, (narrow + outer) ^ SIGNS);
        store<u32>(at4, (narrow - outer) ^ SIGNS);
        store<u32>(at5, (even5 + SIGNS - even3 - 2 * outer) ^ SIGNS);
        wide = odd4 + SIGNS - 4 * odd2;
        inner = odd3 - 4 * odd1;
        narrow = odd4 + SIGNS - odd2;
        outer = 2 * (odd3 - odd1);
        store<u32>(at0 + half, (narrow + 4 * (odd0 - odd2)) ^ SIGNS);
        store<u32>(at1 + half, (wide + inner + BOTH_768) ^ SIGNS);
        store<u32>(at2 + half, (wide - inner) ^ SIGNS);
        store<u32>(at3 + half, (narrow + outer) ^ SIGNS);
        store<u32>(at4 + half, (narrow - outer) ^ SIGNS);
        store<u32>(at5 + half, (odd5 + SIGNS - odd3 - 2 * outer) ^ SIGNS);
        even0 = even4;
        odd0 = odd4;
        even1 = even5;
        odd1 = odd5;
      }
      tile += width;
    }
  }
  beginSums(row, words, tiles, initial, columnSums);
}

/** What the sums of positions 6 row .. 6 row + 5 begin with, from the sums of the columns. */
function beginSums(row: i32, words: i32, tiles: i32, initial: usize, columnSums: usize): void {
  const center = 6 * (words << 9);
  const scale = row == 0 || row == 3 ? -128 : -384;
  for (let tile = 0; tile < tiles; ) {
    const width = wideTileWidth(tiles - tile);
    const step = (<usize>width) << 2;
    let at = initial + <usize>tile * 96 + <usize>(6 * row) * step;
    for (const end = at + step; at < end; at += 4) {
      const sum0 = bothHalves(load<u32>(columnSums));
      const sum1 = bothHalves(load<u32>(columnSums, 4));
      const sum2 = bothHalves(load<u32>(columnSums, 8));
      const sum3 = bothHalves(load<u32>(columnSums, 12));
      const sum4 = bothHalves(load<u32>(columnSums, 16));
      const sum5 = bothHalves(load<u32>(columnSums, 20));
      const wide = sum4 - 4 * sum2;
      const inner = sum3 - 4 * sum1;
      const narrow = sum4 - sum2;
      const outer = 2 * (sum3 - sum1);
      store<i32>(at, (narrow + 4 * (sum0 - sum2)) * scale * 6);
      store<i32>(at + step, (wide + inner + center) * scale * 12);
      store<i32>(at + 2 * step, (wide - inner) * scale * 12);
      store<i32>(at + 3 * step, (narrow + outer) * scale * 7);
      store<i32>(at + 4 * step, (narrow - outer) * scale * 7);
      store<i32>(at + 5 * step, (sum5 - sum3 - 2 * outer) * scale * 24);
      columnSums += 16;
    }
    tile += width;
  }
}

/**
 * The input transform: rows of activations to the values that Winograd multiplies, B' d B for every tile. Rows are combined first, then columns in the same way.
 *
 * F(2x2, 3x3), from four rows and columns d0..d3, two pixels apart (points 0, 1, -1 and infinity):
 *
 *     d0 - d2,  d1 + d2,  d2 - d1,  d1 - d3                                        at most 4 * 127
 *
 * Wide, F(4x4, 3x3), from six, four pixels apart (points 0, 1, -1, 2, -2 and infinity):
 *
 *     4 d0 - 5 d2 + d4,  (d3 - 4 d1) + (d4 - 4 d2),  (d4 - 4 d2) - (d3 - 4 d1),
 *     (d4 - d2) + 2 (d3 - d1),  (d4 - d2) - 2 (d3 - d1),  4 d1 - 5 d3 + d5         at most 10 * 10 * 127
 *
 * rows      addresses [4 or 6], u32, of uint8 [columns + 2][channels], 0..127; eight bytes after the last row may be read, and after a row the
 *           columns that the last tile has too many: the outputs that depend on them are not used
 * tiles     in a row of tiles: columns / 2 or columns / 4, rounded up
 * channels  a multiple of 4
 * scratch   room for int16 [6][6][8]
 * values    int16 [4 x 4 or 6 x 6 positions][tiles][channels]
 */
export function winogradInput(wide: bool, rows: usize, tiles: i32, channels: i32, scratch: usize, values: usize): void {
  const position = <usize>(tiles * channels * 2);
  const column = <usize>channels;
  for (let tile = 0; tile < tiles; tile++) {
    for (let channel: usize = 0; channel < <usize>channels; channel += 8) {
      const at = <usize>((wide ? 4 : 2) * tile * channels) + channel;
      const out = values + ((<usize>(tile * channels) + channel) << 1);
      const last = channel + 8 > <usize>channels;
      if (wide) wideTile(rows, at, column, scratch, out, position, last);
      else narrowTile(rows, at, column, out, position, last);
    }
  }
}

@inline
function rowAt(rows: usize, row: usize): usize {
  return <usize>load<u32>(rows + (row << 2));
}

function narrowTile(rows: usize, at: usize, column: usize, out: usize, position: usize, last: bool): void {
  const row0 = rowAt(rows, 0) + at;
  const row1 = rowAt(rows, 1) + at;
  const row2 = rowAt(rows, 2) + at;
  const row3 = rowAt(rows, 3) + at;
  transformColumns(row0, row2, column, out, position, last, false);
  transformColumns(row1, row2, column, out + 4 * position, position, last, true);
  transformColumns(row2, row1, column, out + 8 * position, position, last, false);
  transformColumns(row1, row3, column, out + 12 * position, position, last, false);
}

/** One transformed row, the difference or the sum of two: its columns, eight channels of each. */
@inline
function transformColumns(plus: usize, other: usize, column: usize, out: usize, position: usize, last: bool, sum: bool): void {
  const d0 = combined(plus, other, sum);
  const d1 = combined(plus + column, other + column, sum);
  const d2 = combined(plus + 2 * column, other + 2 * column, sum);
  const d3 = combined(plus + 3 * column, other + 3 * column, sum);
  storeChannels(out, i16x8.sub(d0, d2), last);
  storeChannels(out + position, i16x8.add(d1, d2), last);
  storeChannels(out + 2 * position, i16x8.sub(d2, d1), last);
  storeChannels(out + 3 * position, i16x8.sub(d1, d3), last);
}

@inline
function combined(plus: usize, other: usize, sum: bool): v128 {
  const a = v128.load8x8_u(plus);
  const b = v128.load8x8_u(other);
  return sum ? i16x8.add(a, b) : i16x8.sub(a, b);
}

/** Down the columns first, one after another, into the scratch, [6 rows][6 columns]; then along the rows. */
function wideTile(rows: usize, at: usize, column: usize, scratch: usize, out: usize, position: usize, last: bool): void {
  let row0 = rowAt(rows, 0) + at;
  let row1 = rowAt(rows, 1) + at;
  let row2 = rowAt(rows, 2) + at;
  let row3 = rowAt(rows, 3) + at;
  let row4 = rowAt(rows, 4) + at;
  let row5 = rowAt(rows, 5) + at;
  for (let target = scratch; target < scratch + 6 * 16; target += 16) {
    const d0 = v128.load8x8_u(row0);
    const d1 = v128.load8x8_u(row1);
    const d2 = v128.load8x8_u(row2);
    const d3 = v128.load8x8_u(row3);
    const d4 = v128.load8x8_u(row4);
    const d5 = v128.load8x8_u(row5);
    transformSix(d0, d1, d2, d3, d4, d5, target, 6 * 16, false);
    row0 += column;
    row1 += column;
    row2 += column;
    row3 += column;
    row4 += column;
    row5 += column;
  }
  for (let from = scratch; from < scratch + 36 * 16; from += 6 * 16) {
    const d0 = v128.load(from);
    const d1 = v128.load(from, 16);
    const d2 = v128.load(from, 32);
    const d3 = v128.load(from, 48);
    const d4 = v128.load(from, 64);
    const d5 = v128.load(from, 80);
    transformSix(d0, d1, d2, d3, d4, d5, out, position, last);
    out += 6 * position;
  }
}

@inline
function transformSix(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, out: usize, position: usize, last: bool): void {
  const d2x4 = i16x8.shl(d2, 2);
  const d1x4 = i16x8.shl(d1, 2);
  const even = i16x8.sub(d4, d2x4);
  const odd = i16x8.sub(d3, d1x4);
  storeChannels(out, i16x8.add(i16x8.sub(i16x8.shl(d0, 2), d2), even), last);
  storeChannels(out + position, i16x8.add(even, odd), last);
  storeChannels(out + 2 * position, i16x8.sub(even, odd), last);
  const far = i16x8.sub(d4, d2);
  const double = i16x8.shl(i16x8.sub(d3, d1), 1);
  storeChannels(out + 3 * position, i16x8.add(far, double), last);
  storeChannels(out + 4 * position, i16x8.sub(far, double), last);
  storeChannels(out + 5 * position, i16x8.add(i16x8.sub(d1x4, d3), i16x8.sub(d5, i16x8.shl(d3, 2))), last);
}

/** Stores eight channels, or the lower half of them where only four are left. */
@inline
function storeChannels(out: usize, value: v128, last: bool): void {
  if (last) v128.store64_lane(out, value, 0);
  else v128.store(out, value);
}

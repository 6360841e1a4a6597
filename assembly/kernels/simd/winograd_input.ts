/**
 * Four rows of activations d0..d3 to the values that Winograd's F(2x2, 3x3) multiplies: B' d B for every tile of four columns, two apart. Rows first,
 * then columns, each (d0 - d2, d1 + d2, d2 - d1, d1 - d3): at most 4 * 127.
 *
 * rows      addresses [4], u32, of uint8 [columns + 2][channels], 0..127; behind the last row eight bytes of anything may be read, and behind a row the columns
 *           of the last tile that do not exist: the outputs that depend on them are not used
 * tiles     (columns + 1) / 2
 * channels  a multiple of 4
 * values    int16 [4 x 4 places][tiles][channels]
 *
 * Wide, those of F(2x4, 3x3): tiles of two rows and four columns, from six columns d0..d5 of four rows. Rows as above, columns
 *
 *     4 d0 - 5 d2 + d4,  -4 (d1 + d2) + d3 + d4,  4 (d1 - d2) - d3 + d4,  2 (d3 - d1) - d2 + d4,  2 (d1 - d3) - d2 + d4,  4 d1 - 5 d3 + d5
 *
 * (points 0, 1, -1, 2, -2 and infinity): at most 10 * 254.
 *
 * tiles     (columns + 3) / 4
 * values    int16 [4 x 6 places][tiles][channels]
 */
export function winogradInput(wide: bool, rows: usize, tiles: i32, channels: i32, values: usize): void {
  if (wide) transformTiles(true, rows, tiles, channels, values);
  else transformTiles(false, rows, tiles, channels, values);
}

/** `wide` is a constant wherever this is put in place. */
@inline
function transformTiles(wide: bool, rows: usize, tiles: i32, channels: i32, values: usize): void {
  const places: usize = wide ? 6 : 4;
  const place = <usize>(tiles * channels * 2);
  const column = <usize>channels;
  const row0 = <usize>load<u32>(rows);
  const row1 = <usize>load<u32>(rows, 4);
  const row2 = <usize>load<u32>(rows, 8);
  const row3 = <usize>load<u32>(rows, 12);
  for (let tile = 0; tile < tiles; tile++) {
    for (let channel: usize = 0; channel < <usize>channels; channel += 8) {
      const at = <usize>((wide ? 4 : 2) * tile * channels) + channel;
      const out = values + ((<usize>(tile * channels) + channel) << 1);
      const last = channel + 8 > <usize>channels;
      transformColumns(row0 + at, row2 + at, column, out, place, last, false, wide);
      transformColumns(row1 + at, row2 + at, column, out + places * place, place, last, true, wide);
      transformColumns(row2 + at, row1 + at, column, out + 2 * places * place, place, last, false, wide);
      transformColumns(row1 + at, row3 + at, column, out + 3 * places * place, place, last, false, wide);
    }
  }
}

/** One transformed row, the difference or the sum of two: its columns, eight channels of each; of the last four channels the lower half is stored. */
@inline
function transformColumns(plus: usize, other: usize, column: usize, out: usize, place: usize, last: bool, sum: bool, wide: bool): void {
  const d0 = combined(plus, other, sum);
  const d1 = combined(plus + column, other + column, sum);
  const d2 = combined(plus + 2 * column, other + 2 * column, sum);
  const d3 = combined(plus + 3 * column, other + 3 * column, sum);
  if (!wide) {
    keep(out, i16x8.sub(d0, d2), last);
    keep(out + place, i16x8.add(d1, d2), last);
    keep(out + 2 * place, i16x8.sub(d2, d1), last);
    keep(out + 3 * place, i16x8.sub(d1, d3), last);
    return;
  }
  const d4 = combined(plus + 4 * column, other + 4 * column, sum);
  const d5 = combined(plus + 5 * column, other + 5 * column, sum);
  const d2x4 = i16x8.shl(d2, 2);
  const d1x4 = i16x8.shl(d1, 2);
  const even = i16x8.sub(d4, d2x4);
  const odd = i16x8.sub(d3, d1x4);
  keep(out, i16x8.add(i16x8.sub(i16x8.shl(d0, 2), d2), even), last);
  keep(out + place, i16x8.add(even, odd), last);
  keep(out + 2 * place, i16x8.sub(even, odd), last);
  const far = i16x8.sub(d4, d2);
  const double = i16x8.shl(i16x8.sub(d3, d1), 1);
  keep(out + 3 * place, i16x8.add(far, double), last);
  keep(out + 4 * place, i16x8.sub(far, double), last);
  keep(out + 5 * place, i16x8.add(i16x8.sub(d1x4, d3), i16x8.sub(d5, i16x8.shl(d3, 2))), last);
}

@inline
function combined(plus: usize, other: usize, sum: bool): v128 {
  const a = v128.load8x8_u(plus);
  const b = v128.load8x8_u(other);
  return sum ? i16x8.add(a, b) : i16x8.sub(a, b);
}

@inline
function keep(out: usize, value: v128, last: bool): void {
  if (last) v128.store64_lane(out, value, 0);
  else v128.store(out, value);
}

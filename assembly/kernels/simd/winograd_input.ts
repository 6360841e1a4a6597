/**
 * Four rows of activations d0..d3 to the values that Winograd's F(2x2, 3x3) multiplies: B' d B for every tile of four columns, two apart. Rows first,
 * then columns, each (d0 - d2, d1 + d2, d2 - d1, d1 - d3): at most 4 * 127.
 *
 * rows      addresses [4], u32, of uint8 [columns + 2][channels], 0..127; behind the last row eight bytes of anything may be read, and behind a row of an
 *           odd number of columns another column: the outputs that depend on it are not used
 * tiles     (columns + 1) / 2
 * channels  a multiple of 4
 * values    int16 [4 x 4 places][tiles][channels]
 */
export function winogradInput(rows: usize, tiles: i32, channels: i32, values: usize): void {
  const place = <usize>(tiles * channels * 2);
  const column = <usize>channels;
  const row0 = <usize>load<u32>(rows);
  const row1 = <usize>load<u32>(rows, 4);
  const row2 = <usize>load<u32>(rows, 8);
  const row3 = <usize>load<u32>(rows, 12);
  for (let tile = 0; tile < tiles; tile++) {
    for (let channel: usize = 0; channel < <usize>channels; channel += 8) {
      const at = <usize>(2 * tile * channels) + channel;
      const out = values + ((<usize>(tile * channels) + channel) << 1);
      const last = channel + 8 > <usize>channels;
      transformColumns(row0 + at, row2 + at, column, out, place, last, false);
      transformColumns(row1 + at, row2 + at, column, out + 4 * place, place, last, true);
      transformColumns(row2 + at, row1 + at, column, out + 8 * place, place, last, false);
      transformColumns(row1 + at, row3 + at, column, out + 12 * place, place, last, false);
    }
  }
}

/** One transformed row, the difference or the sum of two: its four columns, eight channels of each; of the last four channels the lower half is stored. */
@inline
function transformColumns(plus: usize, other: usize, column: usize, out: usize, place: usize, last: bool, sum: bool): void {
  const d0 = combined(plus, other, sum);
  const d1 = combined(plus + column, other + column, sum);
  const d2 = combined(plus + 2 * column, other + 2 * column, sum);
  const d3 = combined(plus + 3 * column, other + 3 * column, sum);
  keep(out, i16x8.sub(d0, d2), last);
  keep(out + place, i16x8.add(d1, d2), last);
  keep(out + 2 * place, i16x8.sub(d2, d1), last);
  keep(out + 3 * place, i16x8.sub(d1, d3), last);
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

/**
 * Two rows interleaved column by column, the pairs `stride` bytes apart.
 *
 * upper, lower   int16 [columns]
 * out            int16 [columns][2]
 */
export function interleaveRows(upper: usize, lower: usize, columns: i32, out: usize, stride: usize): void {
  let left = columns;
  for (; left >= 8; left -= 8) {
    const a = v128.load(upper);
    const b = v128.load(lower);
    const front = i8x16.shuffle(a, b, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
    const back = i8x16.shuffle(a, b, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
    v128.store32_lane(out, front, 0);
    v128.store32_lane(out + stride, front, 1);
    v128.store32_lane(out + 2 * stride, front, 2);
    v128.store32_lane(out + 3 * stride, front, 3);
    out += stride << 2;
    v128.store32_lane(out, back, 0);
    v128.store32_lane(out + stride, back, 1);
    v128.store32_lane(out + 2 * stride, back, 2);
    v128.store32_lane(out + 3 * stride, back, 3);
    out += stride << 2;
    upper += 16;
    lower += 16;
  }
  for (; left > 0; left--) {
    store<i16>(out, load<i16>(upper));
    store<i16>(out, load<i16>(lower), 2);
    out += stride;
    upper += 2;
    lower += 2;
  }
}

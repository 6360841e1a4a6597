/** Fraction bits of a running mean. */
const MEAN_BITS: i32 = 7;

/**
 * As the scalar one, four channels at a time; channels a multiple of four.
 *
 * newest      uint8 [channels]; the next older row that has a tap lies `step` bytes before it, and so on
 * taps        int8 [count][channels], then int8 memory [channels]
 * means       uint16 [channels], in 1/128 of the values: at most 255 * 128, so differences fit an int16
 * out         int16 [channels]
 */
export function convolveDepthwise(
  newest: usize,
  step: usize,
  taps: usize,
  count: i32,
  means: usize,
  meanShift: i32,
  channels: i32,
  shift: i32,
  out: usize,
): void {
  const half = i32x4.splat(1 << (shift - 1));
  for (const end = newest + <usize>channels; newest < end; newest += 4) {
    const before = v128.load64_zero(means);
    const distance = i16x8.sub(i16x8.shl(i16x8.extend_low_i8x16_u(v128.load32_zero(newest)), MEAN_BITS), before);
    const mean = i16x8.add(before, i16x8.shr_s(distance, meanShift));
    v128.store64_lane(means, mean, 0);
    let sum = half;
    let row = newest;
    let tap = taps;
    for (let left = count; left > 0; left--) {
      const values = i16x8.extend_low_i8x16_u(v128.load32_zero(row));
      sum = i32x4.add(sum, i32x4.extmul_low_i16x8_s(values, i16x8.extend_low_i8x16_s(v128.load32_zero(tap))));
      row -= step;
      tap += <usize>channels;
    }
    const memory = i16x8.extend_low_i8x16_s(v128.load32_zero(tap));
    sum = i32x4.add(sum, i32x4.shr_s(i32x4.extmul_low_i16x8_s(mean, memory), MEAN_BITS));
    sum = i32x4.shr_s(sum, shift);
    v128.store64_lane(out, i16x8.narrow_i32x4_s(sum, sum), 0);
    taps += 4;
    means += 8;
    out += 8;
  }
}

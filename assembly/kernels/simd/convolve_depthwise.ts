/** Fraction bits of a running mean. */
const MEAN_BITS: i32 = 7;

/**
 * As the scalar one, eight channels at a time; channels a multiple of eight.
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
  for (const end = newest + <usize>channels; newest < end; newest += 8) {
    const before = v128.load(means);
    const distance = i16x8.sub(i16x8.shl(v128.load8x8_u(newest), MEAN_BITS), before);
    const mean = i16x8.add(before, i16x8.shr_s(distance, meanShift));
    v128.store(means, mean);
    let low = half;
    let high = half;
    let row = newest;
    let tap = taps;
    for (let left = count; left > 0; left--) {
      const values = v128.load8x8_u(row);
      const weights = v128.load8x8_s(tap);
      low = i32x4.add(low, i32x4.extmul_low_i16x8_s(values, weights));
      high = i32x4.add(high, i32x4.extmul_high_i16x8_s(values, weights));
      row -= step;
      tap += <usize>channels;
    }
    const memory = v128.load8x8_s(tap);
    low = i32x4.add(low, i32x4.shr_s(i32x4.extmul_low_i16x8_s(mean, memory), MEAN_BITS));
    high = i32x4.add(high, i32x4.shr_s(i32x4.extmul_high_i16x8_s(mean, memory), MEAN_BITS));
    v128.store(out, i16x8.narrow_i32x4_s(i32x4.shr_s(low, shift), i32x4.shr_s(high, shift)));
    taps += 8;
    means += 16;
    out += 16;
  }
}

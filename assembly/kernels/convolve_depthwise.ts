/** Fraction bits of a running mean. */
const MEAN_BITS: i32 = 7;

/**
 * A causal convolution over time, each channel by itself, and a running mean as a tap for all that was before:
 * out = (sum of rows * taps + (mean * memory >> 7) + half) >> shift. The first tap is that of the newest row, which the mean includes.
 *
 * newest      uint8 [channels]; the next older row that has a tap lies `step` bytes before it, and so on
 * taps        int8 [count][channels], then int8 memory [channels]
 * means       uint16 [channels], in 1/128 of the values; each moves by 1 / 2^meanShift of its distance
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
  const half = 1 << (shift - 1);
  for (const end = newest + <usize>channels; newest < end; newest++) {
    const before = i32(load<u16>(means));
    const mean = before + (((i32(load<u8>(newest)) << MEAN_BITS) - before) >> meanShift);
    store<u16>(means, mean);
    let sum = half;
    let row = newest;
    let tap = taps++;
    for (let left = count; left > 0; left--) {
      sum += i32(load<u8>(row)) * i32(load<i8>(tap));
      row -= step;
      tap += <usize>channels;
    }
    sum += (mean * i32(load<i8>(tap))) >> MEAN_BITS;
    store<i16>(out, sum >> shift);
    means += 2;
    out += 2;
  }
}

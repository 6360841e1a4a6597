/**
 * A causal convolution over time, each channel by itself: out = (sum of rows * taps + half) >> shift. The first tap is that of the newest row.
 *
 * newest   uint8 [channels]; the next older row that has a tap lies `step` bytes before it, and so on
 * taps     int8 [count][channels]
 * out      int16 [channels]
 */
export function convolveDepthwise(newest: usize, step: usize, taps: usize, count: i32, channels: i32, shift: i32, out: usize): void {
  const half = 1 << (shift - 1);
  for (const end = newest + <usize>channels; newest < end; newest++) {
    let sum = half;
    let row = newest;
    let tap = taps++;
    for (let left = count; left > 0; left--) {
      sum += i32(load<u8>(row)) * i32(load<i8>(tap));
      row -= step;
      tap += <usize>channels;
    }
    store<i16>(out, sum >> shift);
    out += 2;
  }
}

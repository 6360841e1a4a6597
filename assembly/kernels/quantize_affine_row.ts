/**
 * Float32 to int16, each value with its own scale: value * factor + offset in float32, rounded to nearest, ties to even, limited to -largest..largest;
 * NaN becomes 0.
 *
 * values            float32 [count]
 * factors, offsets  float32 [count]
 * out               int16 [count]
 */
export function quantizeAffineRow(values: usize, count: i32, factors: usize, offsets: usize, largest: i32, out: usize): void {
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 4) {
    const value = i32(nearest<f32>(load<f32>(values + at) * load<f32>(factors + at) + load<f32>(offsets + at)));
    store<i16>(out + (at >> 1), max(-largest, min(largest, value)));
  }
}

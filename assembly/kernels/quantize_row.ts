/**
 * Float32 to int16: times `scale`, rounded to nearest, ties to even, limited to -largest..largest; NaN becomes 0.
 *
 * values   float32 [count]
 * out      int16 [count]
 */
export function quantizeRow(values: usize, count: i32, scale: f32, largest: i32, out: usize): void {
  for (const end = values + ((<usize>count) << 2); values < end; values += 4) {
    const value = i32(nearest<f32>(load<f32>(values) * scale));
    store<i16>(out, max(-largest, min(largest, value)));
    out += 2;
  }
}

/**
 * Moves a mean towards values: mean += (value - mean) * step.
 *
 * mean, values   float32 [count]
 * step           0 to 1
 */
export function moveMean(mean: usize, values: usize, count: i32, step: f32): void {
  for (const end = mean + ((<usize>count) << 2); mean < end; mean += 4) {
    const before = load<f32>(mean);
    store<f32>(mean, before + (load<f32>(values) - before) * step);
    values += 4;
  }
}

/**
 * value = value - share * mean, clipped to [-clip, clip], in place.
 *
 * values, mean   float32 [count]
 */
export function subtractMean(values: usize, mean: usize, count: i32, share: f32, clip: f32): void {
  for (const end = values + ((<usize>count) << 2); values < end; values += 4) {
    store<f32>(values, min<f32>(max<f32>(load<f32>(values) - share * load<f32>(mean), -clip), clip));
    mean += 4;
  }
}

/** Four at a time; up to three floats after the last mean are overwritten. */
export function moveMean(mean: usize, values: usize, count: i32, step: f32): void {
  const steps = f32x4.splat(step);
  for (const end = mean + ((<usize>count) << 2); mean < end; mean += 16) {
    const before = v128.load(mean);
    v128.store(mean, f32x4.add(before, f32x4.mul(f32x4.sub(v128.load(values), before), steps)));
    values += 16;
  }
}

/** Four at a time; up to three floats after the last value are overwritten. */
export function subtractMean(values: usize, mean: usize, count: i32, share: f32, clip: f32): void {
  const shares = f32x4.splat(share);
  const upper = f32x4.splat(clip);
  const lower = f32x4.splat(-clip);
  for (const end = values + ((<usize>count) << 2); values < end; values += 16) {
    const rest = f32x4.sub(v128.load(values), f32x4.mul(shares, v128.load(mean)));
    v128.store(values, f32x4.min(f32x4.max(rest, lower), upper));
    mean += 16;
  }
}

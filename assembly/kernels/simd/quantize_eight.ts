/**
 * Float32 to int16: x scale, rounded to nearest, ties to even, NaN to 0, limited to -largest..largest. Eight at a time; gives how many were done, the rest is the
 * caller's.
 */
export function quantizeEight(values: usize, count: i32, scale: f32, largest: i32, out: usize): i32 {
  const factor = f32x4.splat(scale);
  const upper = i16x8.splat(<i16>largest);
  const lower = i16x8.splat(<i16>-largest);
  const done = count & ~7;
  for (const end = values + ((<usize>done) << 2); values < end; values += 32, out += 16) {
    const front = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(values), factor)));
    const back = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(values, 16), factor)));
    v128.store(out, i16x8.max_s(lower, i16x8.min_s(upper, i16x8.narrow_i32x4_s(front, back))));
  }
  return done;
}

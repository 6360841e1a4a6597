import { quantizeRow as quantizeRest } from "../quantize_row";

/** Eight values at a time. */
export function quantizeRow(values: usize, count: i32, scale: f32, largest: i32, out: usize): void {
  const factor = f32x4.splat(scale);
  const upper = i16x8.splat(<i16>largest);
  const lower = i16x8.splat(<i16>-largest);
  for (const end = values + ((<usize>(count & ~7)) << 2); values < end; values += 32, out += 16) {
    const first = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(values), factor)));
    const second = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(values, 16), factor)));
    v128.store(out, i16x8.max_s(lower, i16x8.min_s(upper, i16x8.narrow_i32x4_s(first, second))));
  }
  quantizeRest(values, count & 7, scale, largest, out);
}

const LOG2_E: f32 = 1.4426950408889634;
/** ln 2 in two parts; the first has few enough bits that its product with a small integer is exact. */
const LN2_HIGH: f32 = 0.693145751953125;
const LN2_LOW: f32 = 1.42860677e-6;

/** exp() of less is 0. */
export const LEAST_EXPONENT: f32 = -85;

/** exp(z) for z <= 0 in float32, 0 below -85: exp(z) = 2^n * exp(r), |r| <= ln(2)/2, the latter by its Taylor series to r^6 (relative error of the result below 2.6e-7). */
export function exp(z: f32): f32 {
  if (!(z >= LEAST_EXPONENT)) return 0;
  const n = nearest<f32>(z * LOG2_E);
  const r = z - n * LN2_HIGH - n * LN2_LOW;
  const one: f32 = 1;
  const half: f32 = 0.5;
  const sixth: f32 = 1.0 / 6.0;
  const p4: f32 = 1.0 / 24.0;
  const p5: f32 = 1.0 / 120.0;
  const p6: f32 = 1.0 / 720.0;
  const p = one + r * (one + r * (half + r * (sixth + r * (p4 + r * (p5 + r * p6)))));
  return reinterpret<f32>(reinterpret<i32>(p) + (i32(n) << 23));
}

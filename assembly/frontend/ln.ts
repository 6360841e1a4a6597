/** Bits of float32 sqrt(1/2): mantissas are taken from there to twice that, so that ln(1) = 0 and neighbors of 1 lose nothing. */
export const ROOT_HALF_BITS: i32 = 0x3f3504f3;
export const LN_2: f32 = 0.6931471805599453;

/**
 * Natural logarithm in float32 of a positive, normal number: v = 2^e m, ln m = 2 artanh(s) with s = (m-1)/(m+1), series to s^9
 * (docs/arithmetic.md, 4).
 */
export function ln(v: f32): f32 {
  const bits = reinterpret<i32>(v) - ROOT_HALF_BITS;
  const e = bits >> 23;
  const m = reinterpret<f32>((bits & 0x7fffff) + ROOT_HALF_BITS);
  const one: f32 = 1;
  const two: f32 = 2;
  const third: f32 = 1.0 / 3.0;
  const fifth: f32 = 1.0 / 5.0;
  const seventh: f32 = 1.0 / 7.0;
  const ninth: f32 = 1.0 / 9.0;
  const f = m - one;
  const s = f / (two + f);
  const z = s * s;
  const p = ((z * ninth + seventh) * z + fifth) * z + third;
  return f32(e) * LN_2 + (two * s + two * s * z * p);
}

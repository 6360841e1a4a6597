import { f32, nearest } from "./rounding.js";

/** ln 2 in two parts; the first has 15 bits, so that its product with a small integer is exact. */
const LN2_HIGH = f32(0.693145751953125);
const LN2_LOW = f32(1.42860677e-6);

/** exp(z) for a float32 z <= 0 (docs/arithmetic.md, section 6): z = n ln 2 + r, a polynomial in r, times 2^n. */
export function exponential(z: number): number {
  if (z < -85) return 0;
  const n = nearest(f32(z * f32(1 / Math.LN2)));
  const r = f32(f32(z - f32(n * LN2_HIGH)) - f32(n * LN2_LOW));
  let p = f32(1 / 720);
  for (const coefficient of [1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1]) p = f32(f32(coefficient) + f32(r * p));
  return f32(p * 2 ** n);
}

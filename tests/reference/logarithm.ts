import { f32 } from "./rounding.js";

/** The same four bytes as a float32 and as an int32. */
const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);

const SQRT_HALF_BITS = bitsOf(f32(Math.sqrt(0.5)));

/**
 * ln(v) for a positive, normal float32 (docs/arithmetic.md, section 4, step 5): v = 2^e m with m around 1, and
 * ln m = 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + ...), s = (m - 1) / (m + 1).
 */
export function logarithm(v: number): number {
  const bits = bitsOf(v) - SQRT_HALF_BITS;
  const e = bits >> 23;
  const m = floatOf((bits & 0x7fffff) + SQRT_HALF_BITS);
  const f = f32(m - 1);
  const s = f32(f / f32(2 + f));
  const z = f32(s * s);
  let p = f32(f32(z * f32(1 / 9)) + f32(1 / 7));
  p = f32(f32(p * z) + f32(1 / 5));
  p = f32(f32(p * z) + f32(1 / 3));
  const twice = f32(2 * s);
  return f32(f32(e * f32(Math.LN2)) + f32(twice + f32(f32(twice * z) * p)));
}

function bitsOf(v: number): number {
  FLOAT[0] = v;
  return BITS[0]!;
}

function floatOf(bits: number): number {
  BITS[0] = bits;
  return FLOAT[0]!;
}

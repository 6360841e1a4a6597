/** Rounds to float32, nearest, ties to even: `f32(x)` of docs/arithmetic.md. */
export const f32 = Math.fround;

/** Rounds to an integer, ties to even: `nearest` of docs/arithmetic.md (WebAssembly's f32.nearest and f64.nearest). */
export function nearest(x: number): number {
  const magnitude = Math.abs(x);
  const low = Math.floor(magnitude);
  const rest = magnitude - low;
  const up = rest > 0.5 || (rest === 0.5 && low % 2 === 1);
  return Math.sign(x) * (up ? low + 1 : low);
}

export function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

/** Clamps an integer to the range of int16. */
export function saturateInt16(x: number): number {
  return clamp(x, -32768, 32767);
}

import { badArgument } from "./errors.js";

/** The shortest decimal that reads back to the same float32; NaN and infinities as JavaScript writes them. */
export function shortestFloat32(value: number): string {
  if (typeof value !== "number") throw badArgument("the value", "a number", value);
  return String(shortenFloat32(value));
}

/** Smaller float32 values have fewer bits. */
const SMALLEST_NORMAL = 2 ** -126;

/** The same as a number, for JSON.stringify. */
export function shortenFloat32(value: number): number {
  const float = Math.fround(value);
  // Decimals of up to 6 digits lie further apart than float32 values do, so that at most one of them reads back, and 6 digits find it; but not near 0.
  for (let digits = Math.abs(float) < SMALLEST_NORMAL ? 1 : 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return Number(float.toPrecision(9));
}

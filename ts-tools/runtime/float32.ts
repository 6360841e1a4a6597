import { badArgument } from "./errors.js";

/** The shortest decimal that reads back to the same float32; NaN and infinities as JavaScript writes them. */
export function shortestFloat32(value: number): string {
  if (typeof value !== "number") throw badArgument("the value", "a number", value);
  return String(shortenFloat32(value));
}

/** The same as a number, for JSON.stringify. */
export function shortenFloat32(value: number): number {
  const float = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return Number(float.toPrecision(9));
}

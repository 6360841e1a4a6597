import { f32 } from "./rounding.js";

/** float32 [period / 2 + 1]: cos(2 pi j / period), with an exact 0 at the quarter. */
export function cosineTable(period: number): Float32Array {
  return Float32Array.from({ length: period / 2 + 1 }, (_, j) => (4 * j === period ? 0 : f32(Math.cos((2 * Math.PI * j) / period))));
}

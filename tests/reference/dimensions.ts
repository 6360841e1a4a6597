import type { Dimension } from "../../ts-tools/model/model_types.js";
import { exponential } from "./exponential.js";
import { logarithm } from "./logarithm.js";
import { f32, nearest } from "./rounding.js";

/**
 * Activation or valence of an answer, a float32 from 0 to 1 (docs/arithmetic.md, section 6): float32 scores [classes], of which the largest is 0, and their
 * probabilities; weights and bias are integers in units of 2^-16.
 */
export function dimensionOf(scores: Float32Array, probabilities: Float32Array, { weights, bias }: Dimension): number {
  const shift = logarithm(Math.max(...probabilities));
  let sum = BigInt(bias) * 4096n;
  weights.forEach((weight, c) => {
    const level = nearest(f32(f32(Math.max(scores[c]!, -85) + shift) * 4096));
    sum += BigInt(weight) * BigInt(level);
  });
  return logistic(f32(f32(Number(sum)) * 2 ** -28));
}

/** 1 / (1 + exp(-x)). */
export function logistic(x: number): number {
  const e = exponential(-Math.abs(x));
  return f32((x < 0 ? e : 1) / f32(1 + e));
}

/** The mean of the windows' values in float32, summed in window order. */
export function meanOf(values: readonly number[]): number {
  return f32(values.reduce((sum, value) => f32(sum + value), 0) / values.length);
}

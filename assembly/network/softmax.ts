import { KEEPS_SCORES } from "../generated/answer_rules";
import { SCORES } from "../generated/memory_map";
import { exp } from "./exp";

/** The probability of the largest exponent, which is 0: 1 / total. */
let largest: f32 = 0;

/** The largest probability that softmax() has made last: smoothing, in a stream, does not change it. */
export function largestProbability(): f32 {
  return largest;
}

/** Index of the largest logit, the first of equals. */
export function largestLogit(logits: usize, classes: i32): i32 {
  let best = 0;
  for (let index = 1; index < classes; index++) {
    if (load<i32>(logits + ((<usize>index) << 2)) > load<i32>(logits + ((<usize>best) << 2))) best = index;
  }
  return best;
}

/**
 * Probabilities of int32 logits: exp((logit - largest) * scale) / sum, float32, in class order (docs/arithmetic.md, 6).
 *
 * logits          int32 [classes]
 * probabilities   result: float32 [classes]
 *
 * In a model that keeps scores the exponents are those of scores.ts.
 */
export function softmax(logits: usize, probabilities: usize, classes: i32, scale: f32): void {
  const best = KEEPS_SCORES ? 0 : i64(load<i32>(logits + ((<usize>largestLogit(logits, classes)) << 2)));
  let total: f32 = 0;
  for (let index = 0; index < classes; index++) {
    const at = (<usize>index) << 2;
    const value = exp(KEEPS_SCORES ? load<f32>(SCORES + at) : f32(i64(load<i32>(logits + at)) - best) * scale);
    store<f32>(probabilities + at, value);
    total = index == 0 ? value : total + value;
  }
  if (KEEPS_SCORES) largest = 1 / total;
  for (let index = 0; index < classes; index++) {
    const at = probabilities + ((<usize>index) << 2);
    store<f32>(at, load<f32>(at) / total);
  }
}

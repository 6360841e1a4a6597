/**
 * Activation and valence: linear functions of the logarithms of the probabilities, through the logistic function (docs/arithmetic.md, 6). A module exports those
 * that its manifest has; ts-tools/abi/exports.ts documents them.
 */
import { ln } from "./frontend/ln";
import { ACTIVATION, DIMENSION_LOG_BITS, DIMENSION_WEIGHT_BITS, VALENCE } from "./generated/answer_rules";
import { SCORES } from "./generated/memory_map";
import { CLASSES } from "./generated/model";
import { label } from "./module";
import { LEAST_EXPONENT } from "./network/exp";
import { logistic } from "./network/logistic";
import { largestProbability } from "./network/softmax";

export function activation(): f32 {
  return dimension(ACTIVATION);
}
export function valence(): f32 {
  return dimension(VALENCE);
}

/** What the dimension with these integers says of the last answer, 0 to 1; -1 without one. int32 [classes] weights, then the bias. */
function dimension(weights: usize): f32 {
  if (label() < 0) return -1;
  // The largest probability is 1 / total: the scores plus its logarithm are the logarithms of the probabilities.
  const shift = ln(largestProbability());
  let sum = i64(load<i32>(weights + ((<usize>CLASSES) << 2))) << DIMENSION_LOG_BITS;
  for (let at: usize = 0; at < (<usize>CLASSES) << 2; at += 4) {
    const logarithm = max<f32>(load<f32>(SCORES + at), LEAST_EXPONENT) + shift;
    sum += i64(load<i32>(weights + at)) * i64(i32(nearest<f32>(logarithm * f32(1 << DIMENSION_LOG_BITS))));
  }
  return logistic(f32(sum) * (1 / f32(1 << (DIMENSION_WEIGHT_BITS + DIMENSION_LOG_BITS))));
}

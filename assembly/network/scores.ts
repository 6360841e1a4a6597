import { LEARNS_ANSWERS } from "../generated/answer_rules";
import { CORRECTION, LOGITS, SCORES } from "../generated/memory_map";
import { CLASSES, LOGIT_SCALE } from "../generated/model";
import { largestLogit } from "./softmax";

const BYTES: usize = (<usize>CLASSES) << 2;

export function bestLogit(): i64 {
  return i64(load<i32>(LOGITS + ((<usize>largestLogit(LOGITS, CLASSES)) << 2)));
}

/** A logit relative to the largest: at most 0. `at` is its byte offset. */
export function scaledLogit(at: usize, best: i64): f32 {
  return f32(i64(load<i32>(LOGITS + at)) - best) * LOGIT_SCALE;
}

/** The exponents of softmax, float32 [classes] at SCORES: the scaled logits; corrected for the speaker, the largest is 0 again. */
export function fillScores(): void {
  const best = bestLogit();
  for (let at: usize = 0; at < BYTES; at += 4) {
    const score = scaledLogit(at, best);
    store<f32>(SCORES + at, LEARNS_ANSWERS ? score - load<f32>(CORRECTION + at) : score);
  }
  if (!LEARNS_ANSWERS) return;
  const most = load<f32>(SCORES + ((<usize>largestScore()) << 2));
  for (let at: usize = 0; at < BYTES; at += 4) store<f32>(SCORES + at, load<f32>(SCORES + at) - most);
}

/** Index of the largest score, the first of equals. */
export function largestScore(): i32 {
  let largest: usize = 0;
  for (let at: usize = 4; at < BYTES; at += 4) if (load<f32>(SCORES + at) > load<f32>(SCORES + largest)) largest = at;
  return i32(largest >> 2);
}

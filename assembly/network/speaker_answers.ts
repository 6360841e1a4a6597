/**
 * A speaker's mean answer (docs/arithmetic.md, 8): the scaled logits of every segment with enough speech, with a weight that grows from 0. It has no effect until a
 * host saves and loads it (frontend/adaptation.ts): a segment is corrected by what had been loaded when it started.
 */
import { ANSWER_DECAY, ANSWER_SHARE, ANSWER_WEIGHT } from "../generated/answer_rules";
import { ANSWER, CARRIED_ANSWER, CORRECTION } from "../generated/memory_map";
import { CLASSES } from "../generated/model";
import { SPEAKER_ANSWER_MEAN, SPEAKER_ANSWER_WEIGHT } from "../generated/record_layouts";
import { LEAST_EXPONENT } from "./exp";
import { bestLogit, scaledLogit } from "./scores";

const BYTES: usize = (<usize>CLASSES) << 2;

/** What the segment that starts now will be corrected by: nothing without a loaded answer, whose weight is then 0. */
export function startCorrection(): void {
  const weight = load<f32>(CARRIED_ANSWER, SPEAKER_ANSWER_WEIGHT);
  const part = ANSWER_SHARE * (weight / (weight + ANSWER_WEIGHT));
  for (let at: usize = 0; at < BYTES; at += 4) {
    store<f32>(CORRECTION + at, part * load<f32>(CARRIED_ANSWER + at, SPEAKER_ANSWER_MEAN));
  }
}

/** Includes the answer, as it is without a correction. */
export function learnAnswer(): void {
  const weight = load<f32>(ANSWER, SPEAKER_ANSWER_WEIGHT) * ANSWER_DECAY + 1;
  store<f32>(ANSWER, weight, SPEAKER_ANSWER_WEIGHT);
  const best = bestLogit();
  for (let at: usize = 0; at < BYTES; at += 4) {
    const mean = load<f32>(ANSWER + at, SPEAKER_ANSWER_MEAN);
    store<f32>(ANSWER + at, mean + (max<f32>(scaledLogit(at, best), LEAST_EXPONENT) - mean) / weight, SPEAKER_ANSWER_MEAN);
  }
}

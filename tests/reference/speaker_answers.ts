import type { SpeakerAnswers } from "../../ts-tools/model/model_types.js";
import type { WeightedMean } from "./normalization.js";
import { f32 } from "./rounding.js";

/** Includes an answer's scores, float32 [classes], in a speaker's mean answer (docs/arithmetic.md, section 8). */
export function learnAnswer(learned: WeightedMean, scores: Float32Array, { horizon }: SpeakerAnswers): void {
  learned.weight = f32(f32(learned.weight * f32(1 - 1 / horizon)) + 1);
  learned.mean.forEach((mean, c) => {
    learned.mean[c] = f32(mean + f32(f32(Math.max(scores[c]!, -85) - mean) / learned.weight));
  });
}

/** Scores less a part of the mean answer that was loaded, relative to their largest again. */
export function correctScores(scores: Float32Array, { share, weight }: SpeakerAnswers, carried: WeightedMean): Float32Array {
  const part = f32(f32(share) * f32(carried.weight / f32(carried.weight + f32(weight))));
  const corrected = scores.map((score, c) => f32(score - f32(part * carried.mean[c]!)));
  const most = Math.max(...corrected);
  return corrected.map((score) => f32(score - most));
}

import { exponential } from "./exponential.js";
import { f32 } from "./rounding.js";

/** int32 logits [classes] to float32 probabilities [classes] (docs/arithmetic.md, section 6). */
export function softmax(logits: Int32Array, logitScale: number): Float32Array {
  return softmaxOf(scoresOf(logits, logitScale));
}

/** z: the scaled differences from the largest logit, float32 [classes], none above 0. */
export function scoresOf(logits: Int32Array, logitScale: number): Float32Array {
  const largest = Math.max(...logits);
  return Float32Array.from(logits, (logit) => f32(f32(logit - largest) * f32(logitScale)));
}

/** Float32 scores [classes], of which the largest is 0, to probabilities. */
export function softmaxOf(scores: Float32Array): Float32Array {
  const exponentials = scores.map(exponential);
  const total = exponentials.reduce((sum, value) => f32(sum + value), 0);
  return exponentials.map((value) => f32(value / total));
}

/** The mean of the windows' probabilities in float32, summed in window order. */
export function meanProbabilities(windows: readonly Float32Array[]): Float32Array {
  return Float32Array.from(windows[0]!, (_, c) => {
    const sum = windows.reduce((partial, probabilities) => f32(partial + probabilities[c]!), 0);
    return f32(sum / windows.length);
  });
}

/** Whether an answer with these float32 probabilities is accepted: the largest one is the threshold, as float32, or more, there is enough speech, and a voice. */
export function isAccepted(probabilities: Float32Array, threshold: number, speechFrames = 0, leastSpeechFrames = 0, voice = 1): boolean {
  return voice >= 0.5 && speechFrames >= leastSpeechFrames && Math.max(...probabilities) >= f32(threshold);
}

/** Index of the largest value, the first of equals. */
export function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

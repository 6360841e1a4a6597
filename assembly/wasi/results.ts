/**
 * The results of the windows, one record each: label i32, logits i32 [classCount], probabilities f32 [classCount]; in a model with dimensions activation f32,
 * valence f32, of which it may have one; in a model with a voice head voice f32; in a model whose answers need speech, frames with speech i32.
 */
import { activation, valence } from "../dimensions";
import { HAS_ACTIVATION, HAS_VALENCE, HAS_VOICE, LEAST_SPEECH_FRAMES } from "../generated/answer_rules";
import { classCount, label, logitsAddress, probabilitiesAddress } from "../module";
import { speechFrames } from "../speech_rule";
import { voice } from "../voice";

const DIMENSIONS_BYTES: i32 = HAS_ACTIVATION || HAS_VALENCE ? 8 : 0;
const SPEECH_BYTES: i32 = LEAST_SPEECH_FRAMES > 0 ? 4 : 0;
const HEARD_BYTES: i32 = (HAS_VOICE ? 4 : 0) + SPEECH_BYTES;

export function resultBytes(): i32 {
  return 4 + 8 * classCount() + DIMENSIONS_BYTES + HEARD_BYTES;
}

/** Copies the newest result of the module. */
export function storeResult(result: usize): void {
  const row = 4 * classCount();
  store<i32>(result, label());
  memory.copy(result + 4, logitsAddress() as usize, row);
  memory.copy(result + 4 + row, probabilitiesAddress() as usize, row);
  if (HAS_ACTIVATION) store<f32>(resultActivation(result), activation());
  if (HAS_VALENCE) store<f32>(resultValence(result), valence());
  if (HAS_VOICE) store<f32>(resultVoice(result), voice());
  if (LEAST_SPEECH_FRAMES > 0) store<i32>(resultSpeech(result), speechFrames());
}

export function resultLabel(result: usize): i32 {
  return load<i32>(result);
}

/** int32 [classCount] */
export function resultLogits(result: usize): usize {
  return result + 4;
}

/** float32 [classCount] */
export function resultProbabilities(result: usize): usize {
  return result + 4 + 4 * classCount();
}

/** float32, in a model that has it */
export function resultActivation(result: usize): usize {
  return result + 4 + 8 * classCount();
}
export function resultValence(result: usize): usize {
  return result + 8 + 8 * classCount();
}

function resultVoice(result: usize): usize {
  return result + resultBytes() - HEARD_BYTES;
}

function resultSpeech(result: usize): usize {
  return result + resultBytes() - SPEECH_BYTES;
}

/** The most frames with speech that one of the windows has; 0 in a model that does not count them. */
export function mostSpeech(results: usize, count: i32): i32 {
  let most: i32 = 0;
  if (LEAST_SPEECH_FRAMES > 0) for (let w = 0; w < count; w++) most = max(most, load<i32>(resultSpeech(results + w * resultBytes())));
  return most;
}

/** The largest voice of the windows; 0 in a model without a voice head. */
export function largestVoice(results: usize, count: i32): f32 {
  let largest: f32 = 0;
  if (HAS_VOICE) for (let w = 0; w < count; w++) largest = max(largest, load<f32>(resultVoice(results + w * resultBytes())));
  return largest;
}

/** The mean of one float32 of every result, summed in their order: `first` is its address in the first result. */
export function meanOfResults(first: usize, count: i32): f32 {
  let sum: f32 = 0;
  for (let w = 0; w < count; w++) sum += load<f32>(first + w * resultBytes());
  return sum / (count as f32);
}

/** The mean of the windows' probabilities, summed in their order: float32 [classCount] at `mean`. */
export function meanProbabilities(results: usize, count: i32, mean: usize): void {
  for (let c = 0; c < classCount(); c++) {
    let sum: f32 = 0;
    for (let w = 0; w < count; w++) sum += load<f32>(resultProbabilities(results + w * resultBytes()) + 4 * c);
    store<f32>(mean + 4 * c, sum / (count as f32));
  }
}

/** Index of the largest probability, the first of equals. */
export function largestProbability(probabilities: usize): i32 {
  let best: i32 = 0;
  for (let c = 1; c < classCount(); c++) {
    if (load<f32>(probabilities + 4 * c) > load<f32>(probabilities + 4 * best)) best = c;
  }
  return best;
}

import { COUNTS_SPEECH } from "../generated/answer_rules";
import { CARRIED_MEAN, MFCC, RUNNING_MEAN } from "../generated/memory_map";
import { COEFFICIENTS, MFCC_CLIP } from "../generated/model";
import {
  CARRIED_WEIGHT,
  ENERGY_FACTOR,
  ENERGY_SCALE,
  MEAN_DECAY,
  MEAN_SHARE,
  SPEECH_FLOOR,
  SPEECH_RANGE,
  START_WEIGHT,
  TRAINING_MEAN,
} from "../generated/normalization";
import { WEIGHTED_MEAN_MEAN, WEIGHTED_MEAN_WEIGHT } from "../generated/record_layouts";
import { countSpeech, isCarried } from "./adaptation";
import { moveMean as moveMeanScalar, subtractMean as subtractMeanScalar } from "./means";
import { moveMean as moveMeanSimd, subtractMean as subtractMeanSimd } from "./simd/means";

/** Mean log energy of the loudest frame of the segment so far, in nepers, and by how much it fades with each frame: 0 in a segment. */
let loudest: f32 = 0;
let fading: f32 = 0;
/** Frames with speech of the segment so far, in modules that count them. */
let speech: i32 = 0;

/** Whether frames with speech count in the speaker's statistics. */
let learns: bool = true;

export function segmentSpeech(): i32 {
  return speech;
}

/**
 * A segment begins with the mean that was loaded, else with that of the training corpora: nothing of an earlier segment is left. So does speech in a stream, in which
 * the loudest frame is forgotten by and by (nepers a frame).
 */
export function startNormalization(fadingPerFrame: f32): void {
  const carried = isCarried();
  memory.copy(RUNNING_MEAN + WEIGHTED_MEAN_MEAN, carried ? CARRIED_MEAN : TRAINING_MEAN, COEFFICIENTS << 2);
  store<f32>(RUNNING_MEAN, carried ? CARRIED_WEIGHT : START_WEIGHT, WEIGHTED_MEAN_WEIGHT);
  loudest = -Infinity;
  fading = fadingPerFrame;
  learns = true;
  if (COUNTS_SPEECH) speech = 0;
}

/** From now on, until the next start: in a stream what the gate takes for speech need not be a person's. */
export function learnSpeech(learnsNow: bool): void {
  learns = learnsNow;
}

/**
 * The unclipped coefficients at MFCC to the input of the network (docs/arithmetic.md, 4, step 7). The mean includes the frame itself before it is subtracted.
 * False if the frame is silent.
 */
export function normalize(): bool {
  const energy = load<f32>(MFCC) * ENERGY_FACTOR;
  if (energy <= SPEECH_FLOOR) return false;
  store<f32>(MFCC, energy);
  loudest = max<f32>(loudest - fading, energy);
  if (hasSpeech(energy)) {
    include(RUNNING_MEAN);
    if (learns) include(countSpeech());
    if (COUNTS_SPEECH) speech++;
  }
  const contour = (energy - MEAN_SHARE * load<f32>(RUNNING_MEAN, WEIGHTED_MEAN_MEAN)) * ENERGY_SCALE;
  subtractMean();
  store<f32>(MFCC, min<f32>(max<f32>(contour, -MFCC_CLIP), MFCC_CLIP));
  return true;
}

/** The input of the network for a frame without sound. */
export function silence(): void {
  memory.fill(MFCC, 0, COEFFICIENTS << 2);
  store<f32>(MFCC, -MFCC_CLIP);
}

/** Whether a frame counts in the means: by its energy, until there is a voice gate. `loudest` includes this frame. */
function hasSpeech(energy: f32): bool {
  return energy > loudest - SPEECH_RANGE;
}

/** Includes the frame in a weighted mean (ts-tools/emit/record_layouts.ts). */
function include(weighted: usize): void {
  const weight = load<f32>(weighted, WEIGHTED_MEAN_WEIGHT) * MEAN_DECAY + 1;
  store<f32>(weighted, weight, WEIGHTED_MEAN_WEIGHT);
  if (ASC_FEATURE_SIMD) moveMeanSimd(weighted + WEIGHTED_MEAN_MEAN, MFCC, COEFFICIENTS, 1 / weight);
  else moveMeanScalar(weighted + WEIGHTED_MEAN_MEAN, MFCC, COEFFICIENTS, 1 / weight);
}

function subtractMean(): void {
  if (ASC_FEATURE_SIMD) subtractMeanSimd(MFCC, RUNNING_MEAN + WEIGHTED_MEAN_MEAN, COEFFICIENTS, MEAN_SHARE, MFCC_CLIP);
  else subtractMeanScalar(MFCC, RUNNING_MEAN + WEIGHTED_MEAN_MEAN, COEFFICIENTS, MEAN_SHARE, MFCC_CLIP);
}

/**
 * Everything the module exports. ts-tools/abi/exports.ts documents each function: parameters, result, units, ranges.
 */
import { dct, melFilterBank, melLogarithm, spectrum } from "./frontend/frame_mfcc";
import { HAS_VOICE, LEARNS_ANSWERS } from "./generated/answer_rules";
import { CLASS_NAMES, MODEL_HASH, MODEL_ID } from "./generated/identity";
import { FRAME, INPUT, INPUT_CAPACITY, LOGITS, MEL, MFCC, OUTPUT, PROBABILITIES, SPECTRUM } from "./generated/memory_map";
import { ACCEPT_THRESHOLD, CLASSES, COEFFICIENTS, FRAMES, HOP_SAMPLES, SAMPLE_RATE, WINDOW_SAMPLES } from "./generated/model";
import { WEIGHTS } from "./generated/weights";
import { isAccepted, isVoice } from "./network/acceptance";
import { largestScore } from "./network/scores";
import { largestLogit } from "./network/softmax";
import { isFinished, speechOfAnswer } from "./pushed_sound";
import { voice } from "./voice";

export { inputFigures } from "./input_figures";
export {
  finish,
  finishLevel,
  finishNetwork,
  finishSamples,
  nextLevel,
  outputCount,
  push,
  pushFrame,
  resampledLength,
  reset,
  setInput,
  start,
  startFeatures,
  startLevel,
  startNetwork,
  startSamples,
} from "./pushed_sound";
export { wavBegin, wavChannels, wavEnd, wavFormat, wavFrames, wavPush, wavRate, wavTake } from "./sound/wav";

export function abiVersion(): i32 {
  return 2;
}
export function modelIdAddress(): usize {
  return MODEL_ID;
}
export function modelHashAddress(): usize {
  return MODEL_HASH;
}
export function classCount(): i32 {
  return CLASSES;
}
/** The names are stored one after another, each ended by a zero byte. */
export function classNameAddress(index: i32): usize {
  if (index < 0 || index >= CLASSES) return 0;
  let at: usize = CLASS_NAMES;
  while (index > 0) if (load<u8>(at++) == 0) index--;
  return at;
}
export function acceptThreshold(): f32 {
  return ACCEPT_THRESHOLD;
}
export function sampleRate(): i32 {
  return SAMPLE_RATE;
}
export function windowSamples(): i32 {
  return WINDOW_SAMPLES;
}
export function hopSamples(): i32 {
  return HOP_SAMPLES;
}
export function frameCount(): i32 {
  return FRAMES;
}
export function coefficientCount(): i32 {
  return COEFFICIENTS;
}
/** The compiler places the weights last, and the linker takes them out of memory: what is before them is in use. */
export function memoryNeeded(): i32 {
  return <i32>WEIGHTS;
}
export function inputAddress(): usize {
  return INPUT;
}
export function inputCapacity(): i32 {
  return INPUT_CAPACITY;
}
export function outputAddress(): usize {
  return OUTPUT;
}
export function label(): i32 {
  if (LEARNS_ANSWERS) return isFinished() ? largestScore() : -1;
  return isFinished() ? largestLogit(LOGITS, CLASSES) : -1;
}
export function accepted(): i32 {
  const best = label();
  if (HAS_VOICE && !isVoice(voice())) return 0;
  return best >= 0 && isAccepted(load<f32>(PROBABILITIES + ((<usize>best) << 2)), speechOfAnswer()) ? 1 : 0;
}
export function logitsAddress(): usize {
  return LOGITS;
}
export function probabilitiesAddress(): usize {
  return PROBABILITIES;
}
export function frameAddress(): usize {
  return FRAME;
}
export function stageSpectrum(): void {
  spectrum();
}
export function spectrumAddress(): usize {
  return SPECTRUM;
}
export function stageMel(): void {
  melFilterBank();
  melLogarithm();
}
export function melAddress(): usize {
  return MEL;
}
export function stageMfcc(): void {
  dct();
}
export function mfccAddress(): usize {
  return MFCC;
}

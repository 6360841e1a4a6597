import type { AnswerRules, DimensionName, FrontEnd, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { dimensionOf, meanOf } from "./dimensions.js";
import { applyLevel, levelOf } from "./level.js";
import { type MfccMatrix, mfccMatrix, type Speaker } from "./mfcc.js";
import { runNetwork } from "./network.js";
import { indexOfLargest, isAccepted, meanProbabilities, scoresOf, softmaxOf } from "./probabilities.js";
import { cropCenter, padBothSides } from "./segment.js";
import { correctScores, learnAnswer } from "./speaker_answers.js";
import { voiceOfNetwork } from "./voice.js";
import { cropStarts, windowStarts } from "./windows.js";

type Dimensions = Partial<Record<DimensionName, number>>;

/** Results of one window. */
export interface WindowResult {
  /** First sample of the window in the recording, and the first one after it, at the front end's rate. */
  start: number;
  end: number;
  /** Thousandths of an int16 step. */
  level: number;
  mfcc: MfccMatrix;
  /** int32 [classes]. */
  logits: Int32Array;
  /** float32 [classes]. */
  probabilities: Float32Array;
  /** Index of the largest logit, or corrected score, the first of equals. */
  label: number;
  accepted: boolean;
  /** float32, those that the model has. */
  dimensions: Dimensions;
  /** float32, of a model with a voice head. */
  voice?: number;
}

/** Results of a whole recording. */
export interface SoundResult {
  windows: WindowResult[];
  /** float32 [classes]. */
  probabilities: Float32Array;
  label: number;
  accepted: boolean;
  dimensions: Dimensions;
  /** The largest of the windows. */
  voice?: number;
}

/** int16 samples at the front end's rate, any number of them, to one answer: the center window, leveled by itself. A shorter sound is in its center, or after `zerosBefore` zeros. */
export function classifyWindow(
  samples: Int16Array,
  model: QuantizedModel,
  frontEnd: FrontEnd,
  acceptThreshold = 0,
  speaker: Speaker = {},
  rules: AnswerRules = {},
  zerosBefore?: number,
): WindowResult {
  const center = cropCenter(samples, frontEnd.windowSamples);
  const start = Math.floor((samples.length - center.length) / 2);
  const level = levelOf(center);
  const mfcc = mfccMatrix(leveledSegment(samples, level, frontEnd, zerosBefore), frontEnd, speaker);
  const network = runNetwork(model, mfcc.values, frontEnd.clip);
  const { logits } = network;
  const voice = voiceOfNetwork(model, network);
  const { speakerAnswers } = rules;
  const { carriedAnswer, learnedAnswer } = speaker;
  const plain = scoresOf(logits, model.dense.logitScale);
  const scores = speakerAnswers && carriedAnswer ? correctScores(plain, speakerAnswers, carriedAnswer) : plain;
  if (speakerAnswers && learnedAnswer && mfcc.speechFrames >= speakerAnswers.leastSpeech) learnAnswer(learnedAnswer, plain, speakerAnswers);
  const probabilities = softmaxOf(scores);
  const accepted = isAccepted(probabilities, acceptThreshold, mfcc.speechFrames, rules.leastSpeechFrames, voice);
  const label = indexOfLargest(speakerAnswers ? scores : logits);
  const dimensions = dimensionsOf(scores, probabilities, rules);
  const said = { logits, probabilities, label, accepted, dimensions, ...(voice !== undefined && { voice }) };
  return { start, end: start + center.length, level, mfcc, ...said };
}

function dimensionsOf(scores: Float32Array, probabilities: Float32Array, { dimensions = {} }: AnswerRules): Dimensions {
  return Object.fromEntries(Object.entries(dimensions).map(([name, dimension]) => [name, dimensionOf(scores, probabilities, dimension)]));
}

/** The int16 samples [windowSamples] that the frames are cut from, at a level that may come from elsewhere. */
export function leveledSegment(samples: Int16Array, level: number, frontEnd: FrontEnd, zerosBefore?: number): Int16Array {
  return padBothSides(applyLevel(cropCenter(samples, frontEnd.windowSamples), level), frontEnd.windowSamples, zerosBefore);
}

/** A recording of any length: `windows` slide by half a window, `center` takes the center alone (docs/arithmetic.md, section 7). */
export function classifySound(
  samples: Int16Array,
  model: QuantizedModel,
  frontEnd: FrontEnd,
  long: "windows" | "center",
  acceptThreshold = 0,
  rules: AnswerRules = {},
): SoundResult {
  const starts = long === "center" ? [] : windowStarts(samples.length, frontEnd.windowSamples);
  const windows =
    starts.length <= 1
      ? [classifyWindow(samples, model, frontEnd, acceptThreshold, {}, rules)]
      : starts.map((start) => {
          const end = start + frontEnd.windowSamples;
          return { ...classifyWindow(samples.slice(start, end), model, frontEnd, acceptThreshold, {}, rules), start, end };
        });
  return soundOf(windows, acceptThreshold, rules);
}

/** The same with crops: windows at even distances, or a shorter recording at even distances in its window. */
export function classifyCrops(
  samples: Int16Array,
  model: QuantizedModel,
  frontEnd: FrontEnd,
  crops: number,
  acceptThreshold = 0,
  speaker: Speaker = {},
  rules: AnswerRules = {},
): SoundResult {
  const { windowSamples } = frontEnd;
  const windows = cropStarts(samples.length, windowSamples, crops).map((place) => {
    if (samples.length < windowSamples) return classifyWindow(samples, model, frontEnd, acceptThreshold, speaker, rules, place);
    const end = place + windowSamples;
    return { ...classifyWindow(samples.slice(place, end), model, frontEnd, acceptThreshold, speaker, rules), start: place, end };
  });
  return soundOf(windows, acceptThreshold, rules);
}

function soundOf(windows: WindowResult[], acceptThreshold: number, rules: AnswerRules): SoundResult {
  const probabilities = meanProbabilities(windows.map((window) => window.probabilities));
  const label = windows.length === 1 ? windows[0]!.label : indexOfLargest(probabilities);
  const speech = Math.max(...windows.map((window) => window.mfcc.speechFrames));
  const voices = windows.flatMap(({ voice }) => (voice === undefined ? [] : [voice]));
  const voice = voices.length > 0 ? Math.max(...voices) : undefined;
  const accepted = isAccepted(probabilities, acceptThreshold, speech, rules.leastSpeechFrames, voice);
  const names = Object.keys(rules.dimensions ?? {}) as DimensionName[];
  const dimensions = Object.fromEntries(names.map((name) => [name, meanOf(windows.map((window) => window.dimensions[name]!))]));
  return { windows, probabilities, label, accepted, dimensions, ...(voice !== undefined && { voice }) };
}

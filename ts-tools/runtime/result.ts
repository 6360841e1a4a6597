import type { WarningCode } from "../abi/status.js";
import type { StreamState } from "../abi/stream.js";
import { indexOfLargest } from "../model/index_of_largest.js";
import { LEAST_VOICE } from "../model/levels.js";
import type { ModelInfo } from "./model_info.js";

/** How the voice sounds besides the classes, 0 to 1 (float32 values); each only if the model has it (`model.dimensions`). */
export interface Dimensions {
  /** Excited, not calm. */
  activation?: number;
  /** Pleased, not displeased. */
  valence?: number;
}

/** What an answer needs to be accepted besides its confidence, in models that need it. */
interface Heard {
  /** Frames with speech in the window; of several windows the most that one has. Only if the model has `leastSpeechFrames`. */
  speechFrames?: number;
  /** How surely somebody speaks, a float32 from 0 to 1; of several windows the largest. Only if the model has it (`model.hasVoice`). */
  voice?: number;
}

/** The result for one window, or with `long: "stream"` one answer of the stream. */
export interface Segment extends Dimensions, Heard {
  /** Where the window begins in the recording, or what the answer is about. */
  startMs: number;
  /** Where it ends. */
  endMs: number;
  /** Of a stream's answer. `listening`: nobody speaks there; the answer is not accepted, and its probabilities are 0. */
  state?: StreamState;
  /** One of the classes, even if it is not accepted. */
  label: string;
  /** Probability of the label. */
  confidence: number;
  /**
   * Whether the confidence reaches the model's acceptance threshold, there is enough speech for a model that needs some, and the voice is 0.5 or more in a model
   * that has it; otherwise the answer is uncertain.
   */
  accepted: boolean;
  /** By class; float32 values. */
  probabilities: Record<string, number>;
  /** By class; int32. */
  logits: Record<string, number>;
}

/** Figures of the sound as it came in, before it was mixed and resampled. */
export interface InputFigures {
  /** Of the whole recording. */
  durationMs: number;
  /** Hz. */
  sampleRate: number;
  /** As many as came in. */
  channels: number;
  /** Largest magnitude of a sample of any channel; 1 is full scale, which floats may exceed. In steps of 0.0001, at most 200,000. */
  peak: number;
  /** Root mean square of the mix of all channels in dB of full scale, in steps of 0.01; -120 for digital silence. */
  rmsDb: number;
  /** Share of the samples of all channels that are clipped, 0 to 1: those at the largest or smallest value that occurs, if it is near full scale. */
  clippedShare: number;
  /** What is wrong with the sound, for programs; `Recognition.warnings` says it in sentences. */
  warnings: WarningCode[];
}

/** Milliseconds spent; see `Classifier` for how the last two are separated. */
export interface Timing {
  /** Bytes of any format to int16 at 16 kHz. */
  decodeMs: number;
  /** Level passes, spectrum, mel, MFCC. */
  frontendMs: number;
  /** Convolutions to probabilities. */
  networkMs: number;
}

/** The result for a recording: the JSON of `light-sernet classify` without the file's name. The dimensions are means over the windows, as the probabilities are. */
export interface Recognition extends Dimensions, Heard {
  /** With `long: "stream"`: `listening` if nobody speaks in the whole recording, otherwise whether the mean of the answers is accepted. */
  state?: StreamState;
  /** One of the classes, even if it is not accepted. */
  label: string;
  /** Probability of the label. */
  confidence: number;
  /** As for a segment; by the confidence of the mean if there are several. */
  accepted: boolean;
  /** float32 values; the mean over the windows if there are several, over those of a stream's answers with speech. */
  probabilities: Record<string, number>;
  /** int32, only for a recording of a single window or answer. */
  logits?: Record<string, number>;
  /** One for each window, or for each answer of the stream. */
  segments: Segment[];
  /** A sentence for each thing that is wrong with the sound and makes the answer doubtful; empty for most sounds. */
  warnings: string[];
  /** The sound as it came in. */
  input: InputFigures;
  /** Which weights answered. */
  model: { id: string; sha256: string };
  /** Where the time went. */
  timing: Timing;
}

/** What the network receives of one window. */
export interface Features {
  /** float32, row major. */
  values: Float32Array;
  /** Frames and coefficients: [184, 40] with the models that ship. */
  shape: [frames: number, coefficients: number];
}

/** The time of a sample in whole milliseconds, rounded down. */
export function milliseconds(sample: number, sampleRate: number): number {
  return Math.floor((sample * 1000) / sampleRate);
}

/** {class: value} in class order. */
export function byClass(model: ModelInfo, values: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(model.classes.map((name, index) => [name, values[index]!]));
}

/** The most frames with speech and the largest voice that a window has, in a model that has them. */
function mostHeard(windows: readonly Heard[], { leastSpeechFrames, hasVoice }: ModelInfo): Heard {
  return {
    ...(leastSpeechFrames !== undefined && { speechFrames: largest(windows.map(({ speechFrames = 0 }) => speechFrames)) }),
    ...(hasVoice && { voice: largest(windows.map(({ voice = 0 }) => voice)) }),
  };
}

/** Of values that are not negative. Math.max() takes some ten thousand arguments, and a day of sound has more answers. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** Whether an answer is accepted by the rules of the model, in a module or in a manifest. */
export function isAccepted(
  { acceptThreshold, leastSpeechFrames = 0 }: Pick<ModelInfo, "acceptThreshold" | "leastSpeechFrames">,
  { confidence, speechFrames = 0, voice = 1 }: Pick<Segment, "confidence" | "speechFrames" | "voice">,
): boolean {
  return Math.fround(confidence) >= acceptThreshold && speechFrames >= leastSpeechFrames && Math.fround(voice) >= LEAST_VOICE;
}

/** The means of the dimensions over the windows; none of no windows. */
function meanDimensions(windows: readonly Dimensions[], names: readonly (keyof Dimensions)[]): Dimensions {
  if (windows.length === 0) return {};
  return Object.fromEntries(names.map((name) => [name, meanOf(windows.map((window) => Math.fround(window[name] ?? 0)))]));
}

/** In float32, in the order given, as meanProbabilities(). */
function meanOf(values: readonly number[]): number {
  return Math.fround(values.reduce((sum, value) => Math.fround(sum + value), 0) / values.length);
}

/** Mean of probabilities in float32, in the order given (docs/arithmetic.md, section 6); 0 of no windows. */
function meanProbabilities(windows: readonly Pick<Segment, "probabilities">[], classes: readonly string[]): Float32Array {
  const sums = new Float32Array(classes.length);
  for (const { probabilities } of windows) {
    for (const [index, name] of classes.entries()) sums[index] = sums[index]! + probabilities[name]!;
  }
  return windows.length === 0 ? sums : sums.map((sum) => sum / windows.length);
}

/** What the segments say together: the mean of all windows, or of those answers of a stream that have speech. */
export function answerOf(
  segments: readonly Segment[],
  model: ModelInfo,
  isStream: boolean,
): Omit<Recognition, "segments" | "warnings" | "input" | "model" | "timing"> {
  const { classes, dimensions } = model;
  const spoken = segments.filter(({ state }) => state !== "listening");
  const only = segments.length === 1 ? segments[0] : undefined;
  const mean = meanProbabilities(spoken, classes);
  const best = indexOfLargest(mean);
  const heard = mostHeard(spoken, model);
  const accepted = only?.accepted ?? (spoken.length > 0 && isAccepted(model, { confidence: mean[best]!, ...heard }));
  return {
    ...(isStream && { state: spoken.length === 0 ? "listening" : accepted ? "label" : "uncertain" }),
    label: only?.label ?? classes[best]!,
    confidence: only?.confidence ?? mean[best]!,
    accepted,
    ...heard,
    ...meanDimensions(spoken, dimensions),
    probabilities: byClass(model, mean),
    ...(only && { logits: only.logits }),
  };
}

/**
 * A stream, computed after it has ended: all of its frames at once, and the network over each stretch between two rests as one tall image (docs/arithmetic.md,
 * section 9). The module does the same frame by frame, in rings.
 */
import type { AnswerRules, FrontEnd, QuantizedConvolution, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { convolve, type Tensor } from "./convolution.js";
import { dimensionOf } from "./dimensions.js";
import { logarithm } from "./logarithm.js";
import { melBins, melFilterBank } from "./mel.js";
import { cepstrum, logMel } from "./mfcc.js";
import { concatenateChannels, dense, quantizedInput } from "./network.js";
import { type Normalizer, normalizer } from "./normalization.js";
import { rectifyPoolRequantize, requantize } from "./pooling.js";
import { indexOfLargest, isAccepted, scoresOf, softmaxOf } from "./probabilities.js";
import { clamp, f32, nearest } from "./rounding.js";
import { magnitudeSpectrum } from "./spectrum.js";
import { voiceOf } from "./voice.js";

export interface StreamModel {
  model: QuantizedModel;
  frontEnd: FrontEnd;
  acceptThreshold: number;
  rules?: AnswerRules;
}

export interface StreamSettings {
  smoothing: number;
  hold: number;
}

export interface StreamAnswer {
  /** Frames of the stream when it was made. */
  answered: number;
  /** 0 listening, 1 uncertain, 2 label. */
  state: number;
  label: number;
  accepted: boolean;
  heard: number;
  speech: number;
  /** The last frame that it is over. */
  lastFrame: number;
  /** Hundredths of a decibel. */
  level: number;
  /** int32 and float32 [classes]. */
  logits: Int32Array;
  probabilities: Float32Array;
  /** Of the newest rows alone, float32; -1 while listening, absent in a model without it. */
  activation?: number;
}

const REST_FRAMES = 188;
const ROW_FRAMES = 32;
const LOOK_AHEAD = 35;
/** The network is so many frames behind the gate while nobody speaks. */
const LOOK_BACK = 12;
const LEVEL_FRAMES = 62;
const LEAST_LEVEL = 32;
const FADING = f32(1 / 64);
/** Silent frames before a stretch that follows a rest: more than any layer looks back. */
const PAST = 10 * ROW_FRAMES;

/** A frame as the network hears it. */
interface HeardFrame {
  /** Its index, and that of the frame with which it is heard. */
  frame: number;
  with: number;
  /** float32 [bands], ln(mel + floor). */
  mel: Float32Array;
  speech: boolean;
  /** int16 steps. */
  level: number;
}

/** Log mel energies of all whole frames of int16 samples at the front end's rate, as loud as they are. */
export function melFrames(samples: Int16Array, frontEnd: FrontEnd): Float32Array[] {
  const { frameSamples, hopSamples, melBands } = frontEnd;
  const bins = melBins(frontEnd);
  const frames: Float32Array[] = [];
  for (let at = 0; at + frameSamples <= samples.length; at += hopSamples) {
    const frame = samples.slice(at, at + frameSamples);
    const silent = frame.every((sample) => sample === 0);
    frames.push(logMel(silent ? new Float32Array(melBands) : melFilterBank(magnitudeSpectrum(frame), bins, melBands), frontEnd));
  }
  return frames;
}

/** The largest of the newest block of frames and the one before it. */
function levelOf(heard: readonly number[]): number {
  const whole = Math.floor(heard.length / LEVEL_FRAMES);
  return Math.max(0, ...heard.slice(Math.max(0, whole - 1) * LEVEL_FRAMES));
}

/** The tracked level at each frame, given which frames have speech. */
export function trackedLevels(samples: Int16Array, speech: readonly boolean[], { frameSamples, hopSamples }: FrontEnd): number[] {
  let heard: number[] = [];
  let previous = 0;
  let quiet = 0;
  return speech.map((speaks, frame) => {
    const end = frame * hopSamples + frameSamples;
    const peak = samples.slice(end - hopSamples, end).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    // After a rest a new block begins, and the one before it is as loud as the level was.
    if (speaks && quiet >= REST_FRAMES) heard = Array.from({ length: LEVEL_FRAMES }, () => levelOf(heard));
    quiet = speaks ? 0 : quiet + 1;
    if (speaks) heard.push(Math.min(peak, previous));
    previous = peak;
    return Math.max(LEAST_LEVEL, levelOf(heard));
  });
}

const decibels = (level: number): number => nearest(f32(logarithm(f32(level / 32768)) * f32(2000 / Math.LN10)));

/** All answers to frames of which `speech` says which have speech; zeros that finish the stream are frames like all others. */
export function streamAnswers(
  samples: Int16Array,
  speech: readonly boolean[],
  built: StreamModel,
  settings: StreamSettings,
): StreamAnswer[] {
  const { model, frontEnd } = built;
  const mel = melFrames(samples, frontEnd).slice(0, speech.length);
  const levels = trackedLevels(samples, speech, frontEnd);
  const answerer = newAnswerer(built, settings);
  const answers: StreamAnswer[] = [];
  const nobody = (answered: number): StreamAnswer => ({
    ...answerer(undefined, 0, 0),
    answered,
    lastFrame: answered,
    level: decibels(levels[answered - 1]!),
  });
  let awoken = false;
  let at = 0;
  let waited = 0;
  while (at < speech.length) {
    if (!speech[at]) {
      at++;
      if (++waited === ROW_FRAMES) {
        answers.push(nobody(at));
        waited = 0;
      }
      continue;
    }
    const end = endOfStretch(speech, at);
    const stretch = heardFrames(speech, at, end).map(
      (heard): HeardFrame => ({
        ...heard,
        mel: mel[heard.frame]!,
        // Also what came shortly before the gate opened.
        speech: speech.slice(heard.frame, heard.with + 1).some(Boolean),
        level: levels[heard.with]!,
      }),
    );
    const made = rowsOfStretch(inputOf(stretch, frontEnd), model, frontEnd, awoken);
    awoken = true;
    for (const index of made.keys()) {
      const answered = stretch[(index + 1) * ROW_FRAMES + LOOK_AHEAD - 1]!.with + 1;
      const lastFrame = stretch[(index + 1) * ROW_FRAMES - 1]!.frame + 1;
      const rows = made.slice(0, index + 1).slice(-windowRows(model));
      const first = (index + 1 - windowRows(model)) * ROW_FRAMES;
      const spoken = stretch.slice(Math.max(0, first), (index + 1) * ROW_FRAMES).filter((frame) => frame.speech).length;
      const answer = answerer(spoken > 0 ? rows : undefined, spoken, rows.length * ROW_FRAMES);
      answers.push({ ...answer, answered, lastFrame, level: decibels(levels[answered - 1]!) });
    }
    at = end;
    waited = 0;
  }
  return answers;
}

const windowRows = ({ frames }: QuantizedModel): number => Math.ceil(frames / ROW_FRAMES);

/** In what order and when the network hears frames from the one that wakes it on. */
function heardFrames(speech: readonly boolean[], start: number, end: number): Pick<HeardFrame, "frame" | "with">[] {
  const heard: Pick<HeardFrame, "frame" | "with">[] = [];
  let next = Math.max(0, start - LOOK_BACK);
  for (let now = start; now < end; now++) {
    const last = speech[now] ? Math.min(next + 1, now) : now - LOOK_BACK;
    for (; next <= last; next++) heard.push({ frame: next, with: now });
  }
  return heard;
}

/** The first frame after `start` with which the network rests, or the end. */
function endOfStretch(speech: readonly boolean[], start: number): number {
  let quiet = 0;
  for (let frame = start; frame < speech.length; frame++) {
    quiet = speech[frame] ? 0 : quiet + 1;
    if (quiet === REST_FRAMES) return frame;
  }
  return speech.length;
}

/** Frames to the network's input: float32 [frames, coefficients]. */
function inputOf(frames: readonly HeardFrame[], frontEnd: FrontEnd): Float32Array {
  const { coefficients, clip, melBands, normalization } = frontEnd;
  const normalize = normalization && fadingNormalizer(frontEnd);
  const values = new Float32Array(frames.length * coefficients);
  const step = f32(Math.sqrt(2 * melBands));
  frames.forEach(({ mel, speech, level }, frame) => {
    const row = new Float32Array(coefficients);
    row[0] = -clip;
    if (speech) {
      row.set(cepstrum(mel, frontEnd));
      const gain = f32(logarithm(f32(level / 32768)) * step);
      if (normalize) {
        row[0] = f32(row[0]! - gain);
        row.set(normalize(row));
      } else {
        const energy = f32(mel.reduce((sum, band) => f32(sum + band), 0) * f32(2 / Math.sqrt(2 * melBands)));
        row[0] = clamp(f32(energy - gain), f32(-clip), f32(clip));
      }
    }
    values.set(row, frame * coefficients);
  });
  return values;
}

function fadingNormalizer(frontEnd: FrontEnd): Normalizer {
  return normalizer(frontEnd, frontEnd.normalization!, undefined, undefined, undefined, FADING);
}

/** The rows of the last layer that the frames of a stretch complete: int [rows][channels], each its part of the mean of a window's rows. */
function rowsOfStretch(input: Float32Array, model: QuantizedModel, frontEnd: FrontEnd, silentPast: boolean): number[][] {
  const { coefficients } = frontEnd;
  const frames = input.length / coefficients;
  const past = silentPast ? PAST : 0;
  const silence = new Float32Array(past * coefficients).map((_, index) => (index % coefficients === 0 ? -frontEnd.clip : 0));
  const image: Tensor = {
    height: past + frames,
    width: coefficients,
    channels: 1,
    values: quantizedInput(model, Float32Array.from([...silence, ...input]), frontEnd.clip),
  };
  const layer = (from: Tensor, shape: QuantizedConvolution): Tensor => rectifyPoolRequantize(convolve(from, shape), shape);
  let tensor = concatenateChannels(model.bodyOne.map((path) => layer(image, path)));
  const last = model.bodyTwo.at(-1)!;
  for (const shape of model.bodyTwo.slice(0, -1)) tensor = layer(tensor, shape);
  const sums = convolve(tensor, last);
  const done = Math.max(0, Math.floor((frames - LOOK_AHEAD) / ROW_FRAMES));
  return Array.from({ length: done }, (_, index) => rowOf(sums, past / ROW_FRAMES + index, last));
}

function rowOf({ width, channels, values }: Tensor, row: number, { multiplier, shift }: QuantizedConvolution): number[] {
  return Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let column = 0; column < width; column++) sum += Math.max(0, values[(row * width + column) * channels + channel]!);
    return requantize(sum, multiplier[channel]!, shift[channel]!, 32767);
  });
}

type Answerer = (rows: number[][] | undefined, speech: number, heard: number) => Omit<StreamAnswer, "answered" | "lastFrame" | "level">;

/** Head, smoothing and hold. */
function newAnswerer({ model, acceptThreshold, rules = {} }: StreamModel, { smoothing, hold }: StreamSettings): Answerer {
  const classes = model.dense.classes;
  const activated = rules.dimensions?.activation;
  let mean = new Float32Array(classes);
  let averaged = 0;
  let shown = -1;
  let shownFor = 0;
  return (rows, speech, heard) => {
    if (rows === undefined) {
      averaged = 0;
      shown = -1;
      shownFor = 0;
      const nothing = { logits: new Int32Array(classes), probabilities: new Float32Array(classes) };
      return { state: 0, label: -1, accepted: false, heard, speech, ...nothing, ...(activated && { activation: -1 }) };
    }
    const features = Int32Array.from(rows[0]!, (_, channel) => {
      const sum = rows.reduce((total, row) => total + row[channel]!, 0);
      return Math.min(32767, Math.floor((sum * windowRows(model) + (rows.length >> 1)) / rows.length));
    });
    const logits = dense(features, model.dense);
    const scores = scoresOf(logits, model.dense.logitScale);
    const probabilities = softmaxOf(scores);
    const voice = model.voice && voiceOf(dense(features, model.voice)[0]!, model.voice);
    averaged = Math.min(averaged + 1, smoothing);
    if (averaged === 1) mean = probabilities.slice();
    mean = mean.map((value, c) => f32(value + f32(f32(probabilities[c]! - value) / averaged)));
    const best = indexOfLargest(mean);
    if (best !== shown && (shown < 0 || shownFor >= hold)) {
      shown = best;
      shownFor = 0;
    }
    shownFor++;
    const accepted = isAccepted(mean.subarray(shown, shown + 1), acceptThreshold, speech, rules.leastSpeechFrames, voice);
    return {
      state: accepted ? 2 : 1,
      label: shown,
      accepted,
      heard,
      speech,
      logits,
      probabilities: mean.slice(),
      ...(activated && { activation: dimensionOf(scores, probabilities, activated) }),
    };
  };
}

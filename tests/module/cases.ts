/** The random models and inputs that all hosts are compared on. */
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { AnswerRules, FrontEnd } from "../../ts-tools/model/model_types.js";
import { NORMALIZED_FRONT_END, normalizationOf } from "../support/normalization.js";
import { Random } from "../support/random.js";
import { FULL_WIDTHS, NARROW_WIDTHS, randomMfcc } from "../support/random_model.js";
import { type BuiltModel, type ModelPlan, shortFrontEnd } from "./built_model.js";
import type { Sound } from "./instance.js";
import { randomSound } from "./random_sounds.js";

/** LIGHT_SERNET_THOROUGH=1: as many inputs on the full-width model as on the narrow ones, and more sounds. Takes twenty minutes. */
export const THOROUGH = process.env.LIGHT_SERNET_THOROUGH === "1";

export interface Case extends ModelPlan {
  inputs: number;
}

export const NARROW: Case = {
  name: "narrow",
  frontEnd: REFERENCE_FRONT_END,
  widths: NARROW_WIDTHS,
  classes: 7,
  seed: 1,
  acceptThreshold: 0.985,
  inputs: 120,
};

/** MFCC matrices: 1,000 on narrow models, then the full width. */
export const NETWORK_CASES: readonly Case[] = [
  NARROW,
  { name: "odd", frontEnd: shortFrontEnd(23, 13), widths: [4, 8, 12, 20, 12, 28, 4, 36], classes: 5, seed: 2, inputs: 250 },
  {
    name: "extreme",
    frontEnd: shortFrontEnd(23, 13),
    widths: [8, 4, 20, 12, 8, 20, 12, 44],
    classes: 12,
    seed: 3,
    weights: "extreme",
    inputs: 150,
  },
  {
    name: "extreme and longer",
    frontEnd: shortFrontEnd(61, 17),
    widths: [12, 4, 4, 24, 8, 4, 36, 20],
    classes: 2,
    seed: 4,
    weights: "extreme",
    inputs: 100,
  },
  { name: "one frame", frontEnd: shortFrontEnd(1, 20), widths: NARROW_WIDTHS, classes: 3, seed: 5, inputs: 40 },
  { name: "three frames", frontEnd: shortFrontEnd(3, 40), widths: [4, 4, 4, 4, 4, 4, 4, 4], classes: 11, seed: 6, inputs: 50 },
  { name: "long and slim", frontEnd: shortFrontEnd(301, 5), widths: [4, 4, 8, 12, 4, 4, 8, 4], classes: 4, seed: 7, inputs: 60 },
  // Rows of taps of 540 and 528 products, of which 24 bits hold 520.
  {
    name: "long sums",
    frontEnd: shortFrontEnd(24, 12),
    widths: [60, 60, 60, 8, 176, 8, 528, 8],
    classes: 6,
    seed: 8,
    inputs: 30,
  },
  { name: "many coefficients", frontEnd: shortFrontEnd(14, 64), widths: [4, 16, 4, 8, 16, 8, 16, 12], classes: 8, seed: 9, inputs: 100 },
  { name: "even", frontEnd: shortFrontEnd(32, 16), widths: [16, 16, 16, 16, 16, 16, 16, 16], classes: 2, seed: 10, inputs: 100 },
  {
    name: "full",
    frontEnd: REFERENCE_FRONT_END,
    widths: FULL_WIDTHS,
    classes: 7,
    seed: 11,
    inputs: THOROUGH ? 1000 : 8,
  },
];

/** A front end of other sizes: an even power of two in the transform, hops that do not divide the frame. */
export const OTHER_FRONT_END: FrontEnd = {
  ...REFERENCE_FRONT_END,
  windowSamples: 2571,
  frameSamples: 512,
  hopSamples: 160,
  melBands: 64,
  melLowHz: 20,
  melHighHz: 8000,
  coefficients: 13,
  clip: 7,
};

/** Every number another one, and coefficients that do not fill their last vector. */
const OTHER_NORMALIZATION = normalizationOf(OTHER_FRONT_END.coefficients, {
  horizon: 7.3,
  startWeight: 2.5,
  carriedWeight: 11,
  energyScale: 0.7,
  share: 0.6,
  speechRange: 1.1,
  speechFloor: -9,
});

/** Weights of any size, of both signs and 0; the sums of one are not 0. */
export const ANSWER_RULES: AnswerRules = {
  dimensions: {
    activation: { weights: [90_000, -20_001, 7], bias: 30_000 },
    valence: { weights: [-65_536, 0, 131_072], bias: -12_345 },
  },
  speakerAnswers: { share: 0.7, weight: 3, horizon: 5.5, leastSpeech: 6 },
  leastSpeechFrames: 4,
};

/** Sounds, mostly short ones for segments that are short, too. The thresholds accept about half of the answers. */
export const PATH_CASES: readonly Case[] = [
  {
    name: "path of 6 frames",
    frontEnd: { ...REFERENCE_FRONT_END, windowSamples: 2400 },
    widths: [4, 4, 4, 8, 8, 8, 8, 12],
    classes: 7,
    seed: 21,
    acceptThreshold: 0.75,
    inputs: THOROUGH ? 4000 : 710,
  },
  {
    name: "path of another front end",
    frontEnd: OTHER_FRONT_END,
    widths: [8, 4, 12, 4, 8, 12, 4, 20],
    classes: 3,
    seed: 22,
    acceptThreshold: 0.9998,
    inputs: THOROUGH ? 1000 : 260,
  },
  { ...NARROW, inputs: THOROUGH ? 400 : 30 },
  {
    name: "path of normalized frames",
    frontEnd: { ...NORMALIZED_FRONT_END, windowSamples: 6000 },
    widths: [4, 4, 4, 8, 8, 8, 8, 12],
    classes: 5,
    seed: 23,
    acceptThreshold: 0.9,
    inputs: THOROUGH ? 2000 : 250,
  },
  {
    name: "path of another normalization",
    frontEnd: { ...OTHER_FRONT_END, normalization: OTHER_NORMALIZATION },
    widths: [8, 4, 4, 4, 8, 4, 4, 12],
    classes: 3,
    seed: 24,
    acceptThreshold: 0.9,
    rules: ANSWER_RULES,
    voice: true,
    inputs: THOROUGH ? 1000 : 150,
  },
];

/** The MFCC matrices of a case. */
export function* mfccInputs({ model, frontEnd }: BuiltModel, { seed, inputs }: Case): Generator<Float32Array> {
  const random = new Random(1000 + seed);
  const { frames, coefficients } = model;
  for (let i = 0; i < inputs; i++) {
    // Among what looks like speech: all at the clip, and numbers with nothing in common.
    const choice = random.unit();
    if (choice < 0.04) yield new Float32Array(frames * coefficients).fill(choice < 0.02 ? frontEnd.clip : -frontEnd.clip);
    else if (choice < 0.2) yield Float32Array.from({ length: frames * coefficients }, () => random.between(-frontEnd.clip, frontEnd.clip));
    else yield randomMfcc(random, frames, coefficients, frontEnd.clip);
  }
}

/** The sounds of a case; the first of them have the lengths at which something begins or ends. */
export function* soundInputs({ frontEnd, seed, inputs }: Case): Generator<Sound> {
  const random = new Random(2000 + seed);
  const { windowSamples: window, frameSamples: frame } = frontEnd;
  const lengths = [0, 1, 2, frame - 1, frame, frame + 1, Math.floor(0.625 * window), window - 1, window, window + 1, 2 * window + 4001];
  for (let i = 0; i < inputs; i++) {
    const length = lengths[i] ?? Math.floor(window * (random.unit() < 0.1 ? random.between(1, 2.5) : random.unit()));
    yield randomSound(random, length, i < lengths.length);
  }
}

/** The choices of a recipe in words, as they differ from ours. */
import { frameCount } from "../model/front_end.js";
import { frontEndFault } from "../model/front_end_schema.js";
import type { FrontEnd } from "../model/model_types.js";
import type { Recipe } from "./recipe.js";

const WINDOWS: Readonly<Record<Recipe["window"], string>> = {
  hann: "a periodic Hann window",
  "symmetric hann": "a symmetric Hann window",
  hamming: "a Hamming window",
  "symmetric hamming": "a symmetric Hamming window",
  povey: "Kaldi's Povey window",
  rectangular: "no window function (a rectangular window)",
};

const LEVELS: Readonly<Record<Recipe["level"], string>> = {
  percentile: "the level normalization",
  peak: "the level of the largest sample instead of the 99.9th percentile",
  none: "no level normalization",
  int16: "no level normalization, and samples as int16 numbers instead of -1 to 1",
};

const PLACES: Readonly<Record<Recipe["place"], string>> = {
  center: "the center of the sound",
  start: "the start of the sound instead of its center (zeros only after a short one)",
  whole: "the whole sound, neither cropped nor filled up with zeros",
};

const PADDINGS: Readonly<Record<Recipe["padding"], string>> = {
  none: "no frames beyond the sound",
  zeros: "centered frames, with zeros before and after the sound (center=True)",
  reflect: "centered frames, with the mirrored sound before and after it (center=True)",
  last: "a last frame that is filled up with zeros",
};

const SHAPES: Readonly<Record<Recipe["melShape"], string>> = {
  mel: "mel filters that are triangles in mel",
  hertz: "mel filters that are triangles in hertz instead of mel, as librosa's and torchaudio's are",
  bins: "mel filters with corners at bins of the spectrum, as python_speech_features has them",
};

const FIRSTS: Readonly<Record<Recipe["first"], string>> = {
  zeroth: "the zeroth coefficient",
  "spectrum energy": "the logarithm of the frame's energy in place of the zeroth coefficient",
  "frame energy": "the logarithm of the frame's energy in place of the zeroth coefficient",
  "left out": "the zeroth coefficient left out",
};

const number = (value: number): string =>
  value > 0 && value < 1e-3 ? value.toExponential().replace(/(\.\d\d)\d+/, "$1") : value.toLocaleString("en-US");

/** What the recipe has, with ours for comparison where that helps; for each choice. */
const WORDS: { readonly [K in keyof Recipe]: (value: Recipe[K], ours: Recipe) => string } = {
  place: (value) => PLACES[value],
  level: (value) => LEVELS[value],
  preemphasis: (value) => `pre-emphasis of ${value}`,
  centersFrames: () => "the mean of each frame subtracted, as Kaldi does",
  frameSamples: (value, ours) => `frames of ${number(value)} samples instead of ${number(ours.frameSamples)}`,
  fftSamples: (value, ours) => `an FFT of ${number(value)} points instead of ${number(ours.fftSamples)}`,
  hopSamples: (value, ours) => `a hop of ${number(value)} samples instead of ${number(ours.hopSamples)}`,
  padding: (value) => PADDINGS[value],
  window: (value) => `${WINDOWS[value]}${value === "rectangular" ? "" : " instead of a periodic Hann window"}`,
  spectrum: (value) => `${value === "power" ? "power" : "power, divided by the points of the FFT,"} instead of magnitude`,
  melScale: () => "the slaney mel scale instead of HTK's",
  melShape: (value) => SHAPES[value],
  melNorm: () => 'mel filters of equal area (norm="slaney")',
  melBands: (value, ours) => `${value} mel bands instead of ${ours.melBands}`,
  melLowHz: (value, ours) => `mel bands from ${number(value)} Hz instead of ${number(ours.melLowHz)}`,
  melHighHz: (value, ours) => `mel bands up to ${number(value)} Hz instead of ${number(ours.melHighHz)}`,
  log: (value) => (value.includes(" ") ? `decibels (${value}) instead of ln` : `${value} instead of ln`),
  logFloor: (value, ours) => `${number(value)} instead of ${number(ours.logFloor)} before the logarithm`,
  floorKind: () => "a least value before the logarithm instead of a sum",
  topDb: (value) => `at most ${value} dB below the loudest value (top_db)`,
  dct: (value) => (value === "ortho" ? "an orthonormal DCT (the zeroth coefficient divided by the root of 2)" : "a DCT without scaling"),
  lifter: (value) => `a cepstral lifter of ${value}`,
  first: (value) => FIRSTS[value],
  statistics: (value) => `the ${value === "mean" ? "mean" : "mean and deviation"} of each coefficient over the sound removed`,
  clip: (_, ours) => `no clip at ±${number(ours.clip ?? 0)}`,
};

/** "power instead of magnitude and no clip at ±10". */
export function differencesInWords(recipe: Recipe, changed: readonly (keyof Recipe)[], ours: Recipe): string {
  const words = changed.map((name) => (WORDS[name] as (value: unknown, ours: Recipe) => string)(recipe[name], ours));
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Choices that a front end of ours may make. */
const SETTABLE: readonly (keyof Recipe)[] = ["frameSamples", "fftSamples", "hopSamples", "melBands", "melLowHz", "melHighHz", "logFloor"];

/** `frontEnd` of light-sernet.json that makes our front end compute this recipe with this many frames; undefined if it cannot. */
export function frontEndChanges(
  recipe: Recipe,
  changed: readonly (keyof Recipe)[],
  { frontEnd, frames, soundSamples }: { frontEnd: FrontEnd; frames: number; soundSamples: number },
): Partial<FrontEnd> | undefined {
  const fields = changed.filter((name) => name !== "place");
  if (fields.some((name) => !SETTABLE.includes(name)) || recipe.fftSamples !== recipe.frameSamples || recipe.place === "start")
    return undefined;
  const changes: Partial<FrontEnd> = Object.fromEntries(fields.filter((name) => name !== "fftSamples").map((name) => [name, recipe[name]]));
  if (recipe.place === "whole") changes.windowSamples = soundSamples;
  const then = { ...frontEnd, ...changes };
  return frontEndFault(then) === undefined && frameCount(then) === frames ? changes : undefined;
}

/**
 * A recipe: every choice that a front end for MFCCs makes, ours and those of the libraries that people train with. Two front ends that differ have recipes that
 * differ, so a recipe that computes somebody's features says what is different (search.ts).
 */
import type { FrontEnd } from "../model/model_types.js";

export interface Recipe {
  /** The window of the model in the center of the sound, or at its start (zeros are then after a short sound); or the whole sound, whatever its length. */
  place: "center" | "start" | "whole";
  /** Samples from -1 to 1: the 99.9th percentile at full scale, or the largest sample, or as they are; or int16 numbers as they are. */
  level: "percentile" | "peak" | "none" | "int16";
  preemphasis: 0 | 0.95 | 0.97;
  /** Whether the mean of each frame is subtracted from it. */
  centersFrames: boolean;
  frameSamples: number;
  /** Points of the transform; the frame is filled up with zeros. */
  fftSamples: number;
  hopSamples: number;
  /** Frames begin with the sound; or their centers do, with zeros or the mirrored sound before it; or the last one is filled up with zeros. */
  padding: "none" | "zeros" | "reflect" | "last";
  window: "hann" | "symmetric hann" | "hamming" | "symmetric hamming" | "povey" | "rectangular";
  /** Of the magnitude or the power, divided by the points of the transform or not. */
  spectrum: "magnitude" | "power" | "power / n_fft";
  melScale: "htk" | "slaney";
  /** Triangles are straight lines in mel, or in hertz, or have their corners at bins of the spectrum. */
  melShape: "mel" | "hertz" | "bins";
  melNorm: "none" | "slaney";
  melBands: number;
  melLowHz: number;
  melHighHz: number;
  log: "ln" | "log10" | "10 log10" | "20 log10";
  /** Added to a band before the logarithm, or the least value of a band. */
  logFloor: number;
  floorKind: "added" | "least";
  /** Values further below the largest one, in the unit of the logarithm, are raised to there (librosa, torchaudio). */
  topDb: 80 | undefined;
  /** Of 2/sqrt(2 bands) for all coefficients; the same with the zeroth divided by sqrt(2); or twice the sum. */
  dct: "scaled" | "ortho" | "none";
  /** Coefficients are multiplied by 1 + L/2 sin(pi k/L). */
  lifter: 0 | 22;
  /** What the first column is: the zeroth coefficient, ln of the frame's energy (of the raw frame), or the first coefficient. */
  first: "zeroth" | "spectrum energy" | "frame energy" | "left out";
  /** Over the frames of a sound, for each coefficient. */
  statistics: "none" | "mean" | "mean and deviation";
  clip: number | undefined;
}

export function recipeOf(frontEnd: FrontEnd): Recipe {
  const { frameSamples, hopSamples, melBands, melLowHz, melHighHz, logFloor, clip } = frontEnd;
  return {
    ...{ place: "center", level: "percentile", preemphasis: 0, centersFrames: false },
    ...{ frameSamples, fftSamples: frameSamples, hopSamples, padding: "none", window: "hann", spectrum: "magnitude" },
    ...{ melScale: "htk", melShape: "mel", melNorm: "none", melBands, melLowHz, melHighHz },
    ...{ log: "ln", logFloor, floorKind: "added", topDb: undefined },
    ...{ dct: "scaled", lifter: 0, first: "zeroth", statistics: "none", clip },
  } as const;
}

/** What a function of a library computes if it is called with little more than a rate, and what a program around it does not add. */
const LIBRARY = { place: "center", level: "none", preemphasis: 0, centersFrames: false, statistics: "none", clip: undefined } as const;

/** Where a search begins, besides our own recipe. Frames, hops and bands are varied from there. */
export function libraryRecipes(ours: Recipe): Recipe[] {
  const librosa: Recipe = {
    ...{ ...ours, ...LIBRARY, padding: "zeros", spectrum: "power" },
    ...{ melScale: "slaney", melShape: "hertz", melNorm: "slaney", melLowHz: 0, melHighHz: 8000 },
    ...{ log: "10 log10", logFloor: 1e-10, floorKind: "least", topDb: 80, dct: "ortho" },
  };
  const torchaudio: Recipe = { ...librosa, padding: "reflect", melScale: "htk", melNorm: "none" };
  const speechFeatures: Recipe = {
    ...{ ...ours, ...LIBRARY, level: "int16", preemphasis: 0.97, padding: "last", window: "rectangular", spectrum: "power / n_fft" },
    ...{ melShape: "bins", melLowHz: 0, melHighHz: 8000, logFloor: 2 ** -52, floorKind: "least" },
    ...{ dct: "ortho", lifter: 22, first: "spectrum energy" },
  };
  const kaldi: Recipe = {
    ...{ ...ours, ...LIBRARY, level: "int16", preemphasis: 0.97, centersFrames: true, window: "povey", spectrum: "power" },
    ...{ melLowHz: 20, melHighHz: 8000, logFloor: 2 ** -23, floorKind: "least", dct: "ortho", lifter: 22, first: "frame energy" },
  };
  return [librosa, torchaudio, speechFeatures, kaldi];
}

/** Lengths of frames. A transform may have as many points, which are not always a power of two. */
const FRAMES = [1024, 2048, 512, 400, 480, 640, 320, 800];

export type Choices = { readonly [K in keyof Recipe]: readonly Recipe[K][] };

/** The other values that a search tries for each choice. */
export function choices(ours: Recipe): Choices {
  const also = <T>(own: T, ...others: T[]): T[] => [own, ...others.filter((other) => other !== own)];
  return {
    place: ["center", "start", "whole"],
    level: ["percentile", "none", "int16", "peak"],
    preemphasis: [0, 0.97, 0.95],
    centersFrames: [false, true],
    frameSamples: also(ours.frameSamples, ...FRAMES),
    fftSamples: also(ours.fftSamples, 4096, ...FRAMES),
    hopSamples: also(ours.hopSamples, 256, 160, 128, 512, 320, 200, 400, 80, 64),
    padding: ["none", "zeros", "reflect", "last"],
    window: ["hann", "symmetric hann", "hamming", "symmetric hamming", "povey", "rectangular"],
    spectrum: ["magnitude", "power", "power / n_fft"],
    melScale: ["htk", "slaney"],
    melShape: ["mel", "hertz", "bins"],
    melNorm: ["none", "slaney"],
    melBands: also(ours.melBands, 128, 40, 64, 80, 26, 23, 32, 60, 96, 256),
    melLowHz: also(ours.melLowHz, 0, 20, 50, 60, 64, 80, 100, 125, 300),
    melHighHz: also(ours.melHighHz, 8000, 7600, 7500, 7800, 7000, 4000, 3800),
    log: ["ln", "log10", "10 log10", "20 log10"],
    logFloor: also(ours.logFloor, 1e-10, 1e-6, 1e-8, 1e-12, 1e-5, 1e-3, 2 ** -52, 2 ** -23),
    floorKind: ["added", "least"],
    topDb: [undefined, 80],
    dct: ["scaled", "ortho", "none"],
    lifter: [0, 22],
    first: ["zeroth", "spectrum energy", "frame energy", "left out"],
    statistics: ["none", "mean", "mean and deviation"],
    clip: also<number | undefined>(ours.clip, undefined),
  };
}

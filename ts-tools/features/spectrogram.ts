/** Frames and their magnitudes, in float64. */
import { Fourier } from "./fourier.js";
import type { Recipe } from "./recipe.js";
import { emphasized } from "./samples.js";

export interface Spectrogram {
  frames: number;
  /** Magnitudes of each frame: fftSamples/2 + 1. */
  bins: number;
  /** [frames, bins]. */
  magnitudes: Float64Array;
  /** Sum of the squared samples of each frame, before pre-emphasis and window. */
  energies: Float64Array;
}

export function framesOf(samples: number, { frameSamples, hopSamples, padding }: Recipe): number {
  if (padding === "zeros" || padding === "reflect") return 1 + Math.floor(samples / hopSamples);
  const hops = (samples - frameSamples) / hopSamples;
  return Math.max(0, 1 + (padding === "last" ? Math.ceil(hops) : Math.floor(hops)));
}

/** Of every `stride`-th frame. */
export function spectrogram(samples: Float64Array, recipe: Recipe, stride: number): Spectrogram {
  const { frameSamples, hopSamples, fftSamples, padding, centersFrames, preemphasis } = recipe;
  const frames = Math.ceil(framesOf(samples.length, recipe) / stride);
  const bins = fftSamples / 2 + 1;
  const magnitudes = new Float64Array(frames * bins);
  const energies = new Float64Array(frames);
  const transform = new Fourier(fftSamples);
  const window = windowOf(recipe);
  const centered = padding === "zeros" || padding === "reflect";
  const frame = new Float64Array(frameSamples);
  const windowed = new Float64Array(frameSamples);
  for (let t = 0; t < frames; t++) {
    const first = t * stride * hopSamples - (centered ? frameSamples >> 1 : 0);
    if (first >= 0 && first + frameSamples <= samples.length) frame.set(samples.subarray(first, first + frameSamples));
    else for (let n = 0; n < frameSamples; n++) frame[n] = sampleAt(samples, first + n, padding);
    const mean = centersFrames ? frame.reduce((sum, x) => sum + x, 0) / frameSamples : 0;
    const raw = centersFrames ? frame.map((x) => x - mean) : frame;
    let energy = 0;
    for (let n = 0; n < frameSamples; n++) energy += raw[n]! * raw[n]!;
    energies[t] = energy;
    const shaped = centersFrames ? emphasized(raw, preemphasis) : raw;
    for (let n = 0; n < frameSamples; n++) windowed[n] = shaped[n]! * window[n]!;
    transform.magnitudes(windowed, magnitudes.subarray(t * bins, (t + 1) * bins));
  }
  return { frames, bins, magnitudes, energies };
}

/** Outside the sound there are zeros, or the sound itself, mirrored at its first and last sample. */
function sampleAt(samples: Float64Array, index: number, padding: Recipe["padding"]): number {
  const last = samples.length - 1;
  if (padding === "reflect") {
    if (index < 0) return samples[Math.min(-index, last)]!;
    if (index > last) return samples[Math.max(2 * last - index, 0)]!;
  }
  return index >= 0 && index <= last ? samples[index]! : 0;
}

function windowOf({ window, frameSamples }: Recipe): Float64Array {
  const symmetric = window === "symmetric hann" || window === "symmetric hamming" || window === "povey";
  const turn = (2 * Math.PI) / (symmetric ? frameSamples - 1 : frameSamples);
  const hann = (n: number): number => 0.5 - 0.5 * Math.cos(turn * n);
  const shape: Readonly<Record<Recipe["window"], (n: number) => number>> = {
    hann,
    "symmetric hann": hann,
    hamming: (n) => 0.54 - 0.46 * Math.cos(turn * n),
    "symmetric hamming": (n) => 0.54 - 0.46 * Math.cos(turn * n),
    povey: (n) => hann(n) ** 0.85,
    rectangular: () => 1,
  };
  return Float64Array.from({ length: frameSamples }, (_, n) => shape[window](n));
}

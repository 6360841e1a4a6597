/** The front end of any recipe in float64: slow, plain, and independent of the module. */
import { cepstrum, type Matrix } from "./cepstrum.js";
import { melBands, scaled } from "./mel_bands.js";
import type { Recipe } from "./recipe.js";
import { placedSamples } from "./samples.js";
import { framesOf, type Spectrogram, spectrogram } from "./spectrogram.js";

/** A search changes one choice after another, and most of them leave the first stages as they were. */
const KEPT = 4;

/** Features of one sound. The stages that recipes have in common are computed once. */
export class FloatFrontEnd {
  readonly #sound: Int16Array;
  readonly #windowSamples: number;
  readonly #sampleRate: number;
  readonly #stride: number;
  readonly #spectra = new Map<string, Spectrogram>();
  readonly #bands = new Map<string, Float64Array>();

  /** Computes every `stride`-th frame. */
  constructor(sound: Int16Array, windowSamples: number, sampleRate: number, stride = 1) {
    this.#sound = sound;
    this.#windowSamples = windowSamples;
    this.#sampleRate = sampleRate;
    this.#stride = stride;
  }

  /** How many frames a recipe has in all. */
  frames(recipe: Recipe): number {
    return framesOf(recipe.place === "whole" ? this.#sound.length : this.#windowSamples, recipe);
  }

  features(recipe: Recipe, columns: number): Matrix {
    const { place, level, preemphasis, centersFrames, frameSamples, fftSamples, hopSamples, padding, window } = recipe;
    const framing = [place, level, preemphasis, centersFrames, frameSamples, fftSamples, hopSamples, padding, window].join();
    const spectrum = kept(this.#spectra, framing, () =>
      spectrogram(placedSamples(this.#sound, this.#windowSamples, recipe), recipe, this.#stride),
    );
    const { spectrum: kind, melScale, melShape, melNorm, melBands: count, melLowHz, melHighHz } = recipe;
    const filters = [framing, kind, melScale, melShape, melNorm, count, melLowHz, melHighHz].join();
    const bands = kept(this.#bands, filters, () => melBands(spectrum, recipe, this.#sampleRate));
    return cepstrum(bands, recipe.first === "spectrum energy" ? sums(spectrum, recipe) : spectrum.energies, columns, recipe);
  }
}

/** The sum of each frame's spectrum: [frames]. */
function sums(spectrum: Spectrogram, recipe: Recipe): Float64Array {
  const { frames, bins, magnitudes } = spectrum;
  const values = scaled(magnitudes, recipe);
  return Float64Array.from({ length: frames }, (_, t) => values.subarray(t * bins, (t + 1) * bins).reduce((sum, x) => sum + x, 0));
}

/** The value of this key, computed if it is not among the last ones. */
function kept<T>(cache: Map<string, T>, key: string, compute: () => T): T {
  const value = cache.get(key) ?? compute();
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > KEPT) cache.delete(cache.keys().next().value!);
  return value;
}

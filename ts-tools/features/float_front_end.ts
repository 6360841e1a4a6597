/** The front end of any recipe in float64: slow, plain, and independent of the module. */
import { cepstrum, type Matrix } from "./cepstrum.js";
import { melBands, scaled } from "./mel_bands.js";
import type { Recipe } from "./recipe.js";
import { placedSamples } from "./samples.js";
import { framesOf, type Spectrogram, spectrogram } from "./spectrogram.js";

/** A search changes one choice after another, and most of them leave the first stages as they were. Numbers that are kept of each stage: 64 MiB. */
const MOST_KEPT = 2 ** 23;

/** Features of one sound. The stages that recipes have in common are computed once. */
export class FloatFrontEnd {
  readonly #sound: Int16Array;
  readonly #windowSamples: number;
  readonly #sampleRate: number;
  readonly #stride: number;
  readonly #placed = new Kept<Float64Array>((samples) => samples.length);
  readonly #spectra = new Kept<Spectrogram>(({ magnitudes }) => magnitudes.length);
  readonly #scaled = new Kept<Float64Array>((values) => values.length);
  readonly #bands = new Kept<Float64Array>((bands) => bands.length);

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
    const spectrum = this.#spectra.get(framing, () => spectrogram(this.#samples(recipe), recipe, this.#stride));
    const { spectrum: kind, melScale, melShape, melNorm, melBands: count, melLowHz, melHighHz } = recipe;
    const values = this.#scaled.get(`${framing},${kind}`, () => scaled(spectrum.magnitudes, recipe));
    const filters = [framing, kind, melScale, melShape, melNorm, count, melLowHz, melHighHz].join();
    const bands = this.#bands.get(filters, () => melBands(values, spectrum, recipe, this.#sampleRate));
    return cepstrum(bands, recipe.first === "spectrum energy" ? sums(spectrum, values) : spectrum.energies, columns, recipe);
  }

  #samples(recipe: Recipe): Float64Array {
    const { place, level, preemphasis, centersFrames } = recipe;
    return this.#placed.get([place, level, preemphasis, centersFrames].join(), () =>
      placedSamples(this.#sound, this.#windowSamples, recipe),
    );
  }
}

/** The sum of each frame's spectrum: [frames]. */
function sums({ frames, bins }: Spectrogram, values: Float64Array): Float64Array {
  return Float64Array.from({ length: frames }, (_, t) => values.subarray(t * bins, (t + 1) * bins).reduce((sum, x) => sum + x, 0));
}

/** Values by their keys; those that were not needed for longest are given up. */
class Kept<T> {
  readonly #values = new Map<string, T>();
  readonly #sizeOf: (value: T) => number;
  #size = 0;

  constructor(sizeOf: (value: T) => number) {
    this.#sizeOf = sizeOf;
  }

  /** The value of this key, computed if it is not kept. */
  get(key: string, compute: () => T): T {
    const known = this.#values.get(key);
    const value = known ?? compute();
    if (known === undefined) this.#size += this.#sizeOf(value);
    // The last one is the newest.
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const [oldest, least] of this.#values) {
      if (this.#size <= MOST_KEPT || oldest === key) break;
      this.#values.delete(oldest);
      this.#size -= this.#sizeOf(least);
    }
    return value;
  }
}

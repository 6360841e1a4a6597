/** Mel filters of every kind, in float64. */
import type { Recipe } from "./recipe.js";
import type { Spectrogram } from "./spectrogram.js";

/** One filter: its weights from bin `first` on. */
interface Filter {
  first: number;
  weights: Float64Array;
}

/** Band energies: [frames, bands]; `values` are those of scaled(). */
export function melBands(values: Float64Array, { frames, bins }: Spectrogram, recipe: Recipe, sampleRate: number): Float64Array {
  const filters = melFilters(recipe, sampleRate);
  const bands = new Float64Array(frames * filters.length);
  for (let t = 0; t < frames; t++) {
    filters.forEach(({ first, weights }, band) => {
      let sum = 0;
      const start = t * bins + first;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * values[start + k]!;
      bands[t * filters.length + band] = sum;
    });
  }
  return bands;
}

/** The spectrum that the filters add up. */
export function scaled(magnitudes: Float64Array, { spectrum, fftSamples }: Recipe): Float64Array {
  if (spectrum === "magnitude") return magnitudes;
  const divisor = spectrum === "power" ? 1 : fftSamples;
  return magnitudes.map((x) => (x * x) / divisor);
}

function melFilters(recipe: Recipe, sampleRate: number): Filter[] {
  const { melBands: count, melNorm, melScale, melLowHz, melHighHz, fftSamples } = recipe;
  const { mel, hertz } = SCALES[melScale];
  const low = mel(melLowHz);
  const step = (mel(melHighHz) - low) / (count + 1);
  const bins = fftSamples / 2 + 1;
  /** Corners of the triangles, count + 2, and the bins on the axis in which their sides are straight. */
  const corners = Array.from({ length: count + 2 }, (_, index) => onAxis(low + index * step));
  const positions = Float64Array.from({ length: bins }, (_, bin) =>
    recipe.melShape === "bins" ? bin : onAxis(mel((bin * sampleRate) / fftSamples)),
  );
  function onAxis(value: number): number {
    if (recipe.melShape === "mel") return value;
    return recipe.melShape === "hertz" ? hertz(value) : Math.floor(((fftSamples + 1) * hertz(value)) / sampleRate);
  }
  return Array.from({ length: count }, (_, band) => {
    const [left, peak, right] = corners.slice(band, band + 3) as [number, number, number];
    const gain = melNorm === "none" ? 1 : 2 / (hertz(low + (band + 2) * step) - hertz(low + band * step));
    const first = firstFrom(positions, left);
    const weights = positions.slice(first, Math.max(first, firstFrom(positions, right)));
    return { first, weights: weights.map((at) => gain * (at < peak ? (at - left) / (peak - left) : (right - at) / (right - peak))) };
  });
}

/** The first of ascending positions that is not below a value, or their number. */
function firstFrom(positions: Float64Array, value: number): number {
  let [first, end] = [0, positions.length];
  while (first < end) {
    const middle = (first + end) >> 1;
    if (positions[middle]! < value) first = middle + 1;
    else end = middle;
  }
  return first;
}

interface Scale {
  mel(hz: number): number;
  hertz(mel: number): number;
}

/** Slaney's is linear up to 1,000 Hz: 15 mel there, then 27 for each factor of 6.4. */
const SLANEY_HZ = 1000;
const SLANEY_MEL = 15;
const SLANEY_STEP = Math.log(6.4) / 27;

const SCALES: Readonly<Record<Recipe["melScale"], Scale>> = {
  htk: { mel: (hz) => 1127 * Math.log1p(hz / 700), hertz: (mel) => 700 * Math.expm1(mel / 1127) },
  slaney: {
    mel: (hz) => (hz < SLANEY_HZ ? (hz * 3) / 200 : SLANEY_MEL + Math.log(hz / SLANEY_HZ) / SLANEY_STEP),
    hertz: (mel) => (mel < SLANEY_MEL ? (mel * 200) / 3 : SLANEY_HZ * Math.exp((mel - SLANEY_MEL) * SLANEY_STEP)),
  },
};

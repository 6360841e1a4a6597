/** From int16 samples to those that the frames of a recipe are cut from, in float64. */
import type { Recipe } from "./recipe.js";

/** The part of a sound that becomes features, at the recipe's level. `windowSamples` are those of the model. */
export function placedSamples(sound: Int16Array, windowSamples: number, recipe: Recipe): Float64Array {
  const { place, level, preemphasis, centersFrames } = recipe;
  const excess = sound.length - windowSamples;
  const first = place === "center" && excess > 0 ? Math.floor(excess / 2) : 0;
  const part = place === "whole" ? sound : sound.subarray(first, first + windowSamples);
  const samples = new Float64Array(place === "whole" ? sound.length : windowSamples);
  const before = place === "center" && excess < 0 ? Math.floor(-excess / 2) : 0;
  samples.set(leveled(part, level), before);
  // Kaldi does this in each frame, after it has subtracted the frame's mean.
  return centersFrames ? samples : emphasized(samples, preemphasis);
}

function leveled(samples: Int16Array, level: Recipe["level"]): Float64Array {
  const numbers = Float64Array.from(samples);
  if (level === "int16") return numbers;
  if (level === "none") return numbers.map((x) => x / 32768);
  const sizes = numbers.map(Math.abs).sort();
  const full = level === "peak" ? (sizes.at(-1) ?? 0) : percentile(sizes);
  if (full === 0) return numbers;
  if (level === "peak") return numbers.map((x) => x / full);
  // The original stores its segments as int16.
  return numbers.map((x) => Math.min(Math.max(Math.round((x / Math.max(full, 1)) * 32768), -32768), 32767) / 32768);
}

/** The 99.9th of sorted numbers, linear between ranks. */
function percentile(sorted: Float64Array): number {
  const rank = 0.999 * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? 0;
  return below + (rank - Math.floor(rank)) * ((sorted[Math.ceil(rank)] ?? below) - below);
}

/** x[n] - a x[n-1]; nothing comes before the first sample. */
export function emphasized(samples: Float64Array, coefficient: number): Float64Array {
  return coefficient === 0 ? samples : samples.map((x, n) => x - coefficient * (n > 0 ? samples[n - 1]! : 0));
}

/** The cost of a scale: the squared error of quantizing a histogram's values to 0..levels. */
import type { ActivationHistogram } from "./histogram.js";

/** Sums over all values of the histogram. */
export interface ScaleCost {
  /** Squared error of the values above levels * scale, which are clipped to it. */
  clipping: number;
  /** Squared error of the others, rounded to the nearest step. */
  rounding: number;
  /** Number of clipped values. */
  clipped: number;
}

/** The cost with every value at the center of its bin. */
export function scaleCost(histogram: ActivationHistogram, scale: number, levels: number): ScaleCost {
  const { bins, binWidth } = histogram;
  const top = levels * scale;
  const cost: ScaleCost = { clipping: 0, rounding: 0, clipped: 0 };
  for (let i = 0; i < bins.length; i++) {
    const count = bins[i]!;
    if (count === 0) continue;
    const value = (i + 0.5) * binWidth;
    if (value > top) {
      cost.clipping += count * (value - top) ** 2;
      cost.clipped += count;
    } else {
      cost.rounding += count * (value - Math.round(value / scale) * scale) ** 2;
    }
  }
  return cost;
}

/** Scales tried: the top of the range from 1/64 of the largest value to all of it, 512 steps of equal ratio. */
const NARROWEST = 1 / 64;
const CANDIDATES = 512;

/** The scale with the least clipping + rounding error. For a histogram of zeros it is 1 / levels: any scale would do. */
export function leastCostScale(histogram: ActivationHistogram, levels: number): number {
  if (histogram.largest === 0) return 1 / levels;
  let best = histogram.largest / levels;
  let least = Infinity;
  for (let i = 0; i <= CANDIDATES; i++) {
    const scale = (histogram.largest * NARROWEST ** (i / CANDIDATES)) / levels;
    const { clipping, rounding } = scaleCost(histogram, scale, levels);
    if (clipping + rounding < least) {
      least = clipping + rounding;
      best = scale;
    }
  }
  return best;
}

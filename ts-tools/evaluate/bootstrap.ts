import { randomBits } from "./random_bits.js";
import { type Confusion, type Scores, scoresOf } from "./scores.js";

export interface Interval {
  low: number;
  high: number;
}

const RESAMPLES = 2000;
const CONFIDENCE = 0.95;

/**
 * The interval of each score: from the 2.5th to the 97.5th percentile of the scores of RESAMPLES resamples of the utterances, drawn with
 * replacement. It depends on the counts alone, not on the order of the utterances, and is the same on every run. Each resample has its own seed, so that
 * training/results/metrics.py, which computes the intervals of the model card, can draw all of them at once: the same counts have the same intervals there.
 */
export function intervalsOf({ classes, counts }: Confusion): Record<keyof Scores, Interval> {
  const cells = cellsOf(counts);
  const resampled: Scores[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const bits = randomBits(resample);
    const drawn = new Uint32Array(counts.length);
    for (let draw = 0; draw < cells.length; draw++) drawn[cells[Math.floor((bits() / 2 ** 32) * cells.length)]!]!++;
    resampled.push(scoresOf({ classes, counts: drawn }));
  }
  const interval = (score: keyof Scores): Interval => middle(Float64Array.from(resampled, (scores) => scores[score]));
  return { wa: interval("wa"), ua: interval("ua"), f1: interval("f1") };
}

/** For every utterance its cell in the confusion matrix. */
function cellsOf(counts: Uint32Array): Uint32Array {
  const cells = new Uint32Array(counts.reduce((total, count) => total + count, 0));
  let end = 0;
  counts.forEach((count, cell) => {
    cells.fill(cell, end, end + count);
    end += count;
  });
  return cells;
}

/** The range that the middle CONFIDENCE of the values spans. */
function middle(values: Float64Array): Interval {
  const sorted = values.sort();
  return { low: percentile(sorted, (1 - CONFIDENCE) / 2), high: percentile(sorted, (1 + CONFIDENCE) / 2) };
}

/** Interpolated linearly between the two nearest values; `share` from 0 to 1. */
function percentile(sorted: Float64Array, share: number): number {
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)]!;
  return below + (rank - Math.floor(rank)) * (sorted[Math.ceil(rank)]! - below);
}

import { LEVEL_RANK } from "../generated/model";
import { HISTOGRAM, HISTOGRAM_BYTES } from "../memory_map";
import { addCoarseSamples as addCoarseSamplesSimd, addHistograms, anyInBins } from "./simd/level";

/**
 * The level of a segment: the 99.9th percentile of |x|, linear between two ranks, in thousandths of an int16 step, exactly, without holding the
 * samples. First pass: a histogram of |x| in 256 coarse bins tells in which bins the two ranks lie. Second pass: a histogram inside the
 * lower rank's bin, and the smallest |x| of the upper rank's bin where that is another one.
 */
export const COARSE_SHIFT: i32 = 7;
export const LAST_BIN: i32 = 255;

/** Rank q (from 0) and the weight of rank q + 1 in thousandths. */
let rank: i32 = 0;
let weight: i32 = 0;
/** The bins of both ranks, and how many samples lie below the lower one's. */
let lowerBin: i32 = 0;
let upperBin: i32 = 0;
let below: i32 = 0;
let smallestInUpper: i32 = 0;

/** First pass over a segment of so many samples (after the crop). */
export function startCoarse(samples: i32): void {
  memory.fill(HISTOGRAM, 0, HISTOGRAM_BYTES);
  const position = i64(LEVEL_RANK) * i64(max(samples - 1, 0));
  rank = i32(position / 1000);
  weight = i32(position % 1000);
}

function coarseBin(magnitude: i32): i32 {
  return min(magnitude >> COARSE_SHIFT, LAST_BIN);
}

function count(bin: i32): i32 {
  return load<i32>(HISTOGRAM + ((<usize>bin) << 2));
}

function addTo(bin: i32): void {
  store<i32>(HISTOGRAM + ((<usize>bin) << 2), count(bin) + 1);
}

export function addCoarse(sample: i32): void {
  addTo(coarseBin(abs(sample)));
}

/** int16 samples that lie one behind the other. */
export function addCoarseSamples(at: usize, count: i32): void {
  if (ASC_FEATURE_SIMD) {
    const done = addCoarseSamplesSimd(at, count);
    at += (<usize>done) << 1;
    count -= done;
  }
  for (const end = at + ((<usize>count) << 1); at < end; at += 2) addCoarse(load<i16>(at));
}

/** The bin of a rank; `below` is then the number of samples in lower bins. */
function findBin(target: i32): i32 {
  let bin = 0;
  below = 0;
  while (bin < LAST_BIN && below + count(bin) <= target) below += count(bin++);
  return bin;
}

export function startFine(): void {
  if (ASC_FEATURE_SIMD) addHistograms();
  upperBin = weight > 0 ? findBin(rank + 1) : 0;
  lowerBin = findBin(rank);
  if (weight == 0) upperBin = lowerBin;
  smallestInUpper = 32768;
  memory.fill(HISTOGRAM, 0, HISTOGRAM_BYTES);
}

export function addFine(sample: i32): void {
  const magnitude = abs(sample);
  const bin = coarseBin(magnitude);
  if (bin == lowerBin) addTo(magnitude - (bin << COARSE_SHIFT));
  else if (bin == upperBin) smallestInUpper = min(smallestInUpper, magnitude);
}

/** int16 samples that lie one behind the other. */
export function addFineSamples(at: usize, count: i32): void {
  const lower = lowerBin;
  const upper = upperBin;
  const end = at + ((<usize>count) << 1);
  while (at < end) {
    // Hardly any sample lies so high.
    if (ASC_FEATURE_SIMD && end - at >= 16 && !anyInBins(at, lower, upper)) {
      at += 16;
      continue;
    }
    const sample = i32(load<i16>(at));
    const bin = coarseBin(abs(sample));
    if (bin == lower || bin == upper) addFine(sample);
    at += 2;
  }
}

/** The |x| of a rank that lies in the lower bin, or beyond it. */
function magnitudeOf(target: i32): i32 {
  let bin = 0;
  let seen = below;
  while (bin <= LAST_BIN) {
    seen += count(bin);
    if (seen > target) return (lowerBin << COARSE_SHIFT) + bin;
    bin++;
  }
  return smallestInUpper;
}

/** 1000 a[q] + weight (a[q+1] - a[q]); 0 for a segment without samples. */
export function finishLevel(samples: i32): i32 {
  if (samples == 0) return 0;
  const lower = magnitudeOf(rank);
  const upper = weight > 0 ? magnitudeOf(rank + 1) : lower;
  return 1000 * lower + weight * (upper - lower);
}

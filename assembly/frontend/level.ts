import { HISTOGRAM, HISTOGRAM_BYTES } from "../generated/memory_map";
import { LEVEL_QUANTILE, LEVEL_SCALE } from "../generated/model";
import { anyAtLeast } from "./simd/any_at_least";

/**
 * The level of a segment: the 99.9th percentile of |x|, linear between two ranks, in thousandths of an int16 step, exactly, without holding the
 * samples. First pass: a histogram of |x| in 256 coarse bins finds the bins of the two ranks. Second pass: a histogram inside the
 * lower rank's bin, and the smallest |x| of the upper rank's bin if that is another one.
 *
 * Both ranks are among the loudest samples, so the first pass counts from the top: once the bins from some bin on hold as many samples as
 * there are at the lower rank or above, lower bins do not matter any more, and hardly any sample is counted.
 */
const COARSE_SHIFT: i32 = 7;
const LAST_BIN: i32 = 255;

/** Rank q (from 0) and the weight of rank q + 1 in thousandths. */
let rank: i32 = 0;
let weight: i32 = 0;
let samplesInAll: i32 = 0;
/** The bin below which nothing is counted, and how many samples were counted from it on. */
let floorBin: i32 = 0;
let counted: i32 = 0;
/** The bins of both ranks, and how many samples are below the lower one's. */
let lowerBin: i32 = 0;
let upperBin: i32 = 0;
let below: i32 = 0;
let smallestInUpper: i32 = 0;

/** First pass over a segment of `samples` samples (after the crop); all of them must follow. */
export function startCoarse(samples: i32): void {
  memory.fill(HISTOGRAM, 0, HISTOGRAM_BYTES);
  const position = i64(LEVEL_QUANTILE) * i64(max(samples - 1, 0));
  rank = i32(position / LEVEL_SCALE);
  weight = i32(position % LEVEL_SCALE);
  samplesInAll = samples;
  floorBin = 0;
  counted = 0;
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
  const bin = coarseBin(abs(sample));
  if (bin < floorBin) return;
  addTo(bin);
  counted++;
  while (floorBin < LAST_BIN && counted - count(floorBin) >= samplesInAll - rank) counted -= count(floorBin++);
}

/** int16 [count] samples. */
export function addCoarseSamples(at: usize, count: i32): void {
  const end = at + ((<usize>count) << 1);
  while (at < end) {
    if (ASC_FEATURE_SIMD && end - at >= 16 && !anyAtLeast(at, floorBin << COARSE_SHIFT)) {
      at += 16;
      continue;
    }
    for (const stop = min(end, at + 16); at < stop; at += 2) addCoarse(load<i16>(at));
  }
}

/** The bin of a rank from the lower one on; `below` is then the number of samples in lower bins. */
function findBin(target: i32): i32 {
  let bin = LAST_BIN;
  let above = 0;
  while (bin > 0 && above + count(bin) < samplesInAll - target) above += count(bin--);
  below = samplesInAll - above - count(bin);
  return bin;
}

export function startFine(): void {
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

/** int16 [count] samples. */
export function addFineSamples(at: usize, count: i32): void {
  // Hardly any sample is that loud.
  const least = lowerBin << COARSE_SHIFT;
  const end = at + ((<usize>count) << 1);
  while (at < end) {
    if (ASC_FEATURE_SIMD && end - at >= 16 && !anyAtLeast(at, least)) {
      at += 16;
      continue;
    }
    for (const stop = min(end, at + 16); at < stop; at += 2) {
      const sample = i32(load<i16>(at));
      if (abs(sample) >= least) addFine(sample);
    }
  }
}

/** The |x| of a rank in the lower bin, or after it. */
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
  return LEVEL_SCALE * lower + weight * (upper - lower);
}

import { SAMPLE_RATE } from "../../generated/model";
import { RESAMPLER_WEIGHTS, RESAMPLER_WEIGHTS_BYTES } from "../../memory_map";
import { END, HISTORY_SAMPLES, historyAddress, kernel, reach, startPosition, step } from "../weighted_sum";

/**
 * weightedSum() eight inputs at a time. The kernel's values for an output hang only on where it lies between two inputs, and these phases repeat: at 48 kHz each
 * output has the same, at 44.1 kHz there are 160. A row of weights is computed when its phase comes first and is kept, also for the next sound of that rate. A rate
 * with more phases than there is room for (44,099 Hz has 16,000) has one row, computed for each output.
 */
let phases: i32 = 0; // 0: more than there is room for
/** Rows that are computed, and the row of the next output. */
let filled: i32 = 0;
let phase: i32 = 0;
/** A row's weights are those of the inputs from index `place - before`. */
let before: i32 = 0;
let rowBytes: i32 = 0;
let weightsRate: i32 = 0;

/** Before the first output of a sound, after setInputRate(). */
export function startWeights(rate: i32): void {
  phase = 0;
  if (rate == weightsRate) return;
  weightsRate = rate;
  before = reach + 1;
  filled = 0;
  rowBytes = ((2 * reach + 3 + 7) & ~7) << 1;
  const all = SAMPLE_RATE / greatestCommonDivisor(rate, SAMPLE_RATE);
  phases = all * rowBytes <= RESAMPLER_WEIGHTS_BYTES ? all : 0;
}

function greatestCommonDivisor(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** Each input lies twice, so that every row's inputs lie one behind the other. */
export function mirrorInput(index: i32): void {
  const at = historyAddress(index);
  store<i16>(at + (HISTORY_SAMPLES << 1), load<i16>(at));
}

function computeRow(row: usize, start: i32): void {
  for (let slot = 0; slot < rowBytes >> 1; slot++) {
    const position = abs((slot - before) * step - start);
    store<i16>(row + ((<usize>slot) << 1), position < END ? kernel(position) : 0);
  }
}

export function weightedSumSimd(place: i32, rest: i32): i64 {
  let row = RESAMPLER_WEIGHTS + <usize>(phase * rowBytes);
  if (phase == filled) {
    computeRow(row, startPosition(rest));
    if (phases > 0) filled++;
  }
  if (++phase >= phases) phase = 0;
  let input = historyAddress(place - before);
  let low = i64x2.splat(0);
  let high = i64x2.splat(0);
  // Two products fit an int32: no weight is -32768.
  for (const end = row + <usize>rowBytes; row < end; row += 16, input += 16) {
    const products = i32x4.dot_i16x8_s(v128.load(row), v128.load(input));
    low = i64x2.add(low, i64x2.extend_low_i32x4_s(products));
    high = i64x2.add(high, i64x2.extend_high_i32x4_s(products));
  }
  const sums = i64x2.add(low, high);
  return i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1);
}

import { RESAMPLER_WEIGHTS, RESAMPLER_WEIGHTS_BYTES } from "../../generated/memory_map";
import { SAMPLE_RATE } from "../../generated/model";
import { END, historyAddress, kernel, reach, startPosition, step } from "../weighted_sum";

/**
 * Sixteen inputs at a time. The kernel's values for an output depend only on its phase, its position between two inputs, and phases repeat: at 48 kHz all outputs
 * have the same one, at 44.1 kHz there are 160. The row of weights of a phase is computed when it is first needed and kept, also for the next sound at that rate.
 * A rate with more phases than there is room for (44,099 Hz has 16,000) has one row, computed again for each output.
 */
let phases: i32 = 0; // 0: more than there is room for
/** Rows that are computed, and the row of the next output. */
let filled: i32 = 0;
let phase: i32 = 0;
/** A row's weights are those of the inputs from index `index - before`. */
let before: i32 = 0;
let rowBytes: i32 = 0;
let weightsRate: i32 = 0;
/** Whether a lane's sum may leave 32 bits with some row, so that products are added in 64. */
let wide: bool = false;

/** A row has whole blocks: two vectors of eight weights, whose products of pairs are added in two times four lanes. */
const BLOCK: i32 = 16;
const LANES: i32 = 8;

/** Before the first output of a sound, after setInputRate(). */
export function startWeights(rate: i32): void {
  phase = 0;
  if (rate == weightsRate) return;
  weightsRate = rate;
  before = reach + 1;
  filled = 0;
  rowBytes = ((2 * reach + 3 + BLOCK - 1) & ~(BLOCK - 1)) << 1;
  const all = SAMPLE_RATE / greatestCommonDivisor(rate, SAMPLE_RATE);
  phases = all * rowBytes <= RESAMPLER_WEIGHTS_BYTES ? all : 0;
  wide = phases == 0;
}

function greatestCommonDivisor(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

function computeRow(row: usize, start: i32): void {
  for (let slot = 0; slot < rowBytes >> 1; slot++) {
    const position = abs((slot - before) * step - start);
    store<i16>(row + ((<usize>slot) << 1), position < END ? kernel(position) : 0);
  }
}

/** Whether no lane's sum leaves 32 bits, whatever the inputs are: they are -32768 at least, so 65,535 is what a lane's absolute weights may sum up to. */
function fitsLanes(row: usize): bool {
  for (let lane = 0; lane < LANES; lane++) {
    let sum = 0;
    for (let slot = 2 * lane; slot < rowBytes >> 1; slot += BLOCK) {
      const at = row + ((<usize>slot) << 1);
      sum += abs(i32(load<i16>(at))) + abs(i32(load<i16>(at, 2)));
    }
    if (sum > 65535) return false;
  }
  return true;
}

export function weightedSum(index: i32, rest: i32): i64 {
  const row = RESAMPLER_WEIGHTS + <usize>(phase * rowBytes);
  if (phase == filled) {
    computeRow(row, startPosition(rest));
    if (phases > 0) {
      filled++;
      if (!fitsLanes(row)) wide = true;
    }
  }
  if (++phase >= phases) phase = 0;
  const input = historyAddress(index - before);
  return wide ? addWide(row, input) : addNarrow(row, input);
}

function addNarrow(from: usize, inputs: usize): i64 {
  let row = from;
  let input = inputs;
  let even = i32x4.splat(0);
  let odd = i32x4.splat(0);
  for (const end = row + <usize>rowBytes; row < end; row += 32, input += 32) {
    even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(row), v128.load(input)));
    odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(row, 16), v128.load(input, 16)));
  }
  return addLanes(i64x2.add(addHalves(even), addHalves(odd)));
}

function addWide(from: usize, inputs: usize): i64 {
  let row = from;
  let input = inputs;
  let low = i64x2.splat(0);
  let high = i64x2.splat(0);
  // Two products fit an int32: no weight is -32768.
  for (const end = row + <usize>rowBytes; row < end; row += 16, input += 16) {
    const products = i32x4.dot_i16x8_s(v128.load(row), v128.load(input));
    low = i64x2.add(low, i64x2.extend_low_i32x4_s(products));
    high = i64x2.add(high, i64x2.extend_high_i32x4_s(products));
  }
  return addLanes(i64x2.add(low, high));
}

function addHalves(lanes: v128): v128 {
  return i64x2.add(i64x2.extend_low_i32x4_s(lanes), i64x2.extend_high_i32x4_s(lanes));
}

function addLanes(sums: v128): i64 {
  return i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1);
}

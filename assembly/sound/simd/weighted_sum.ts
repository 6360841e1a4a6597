import { RESAMPLER_CHUNKS, RESAMPLER_WEIGHTS, RESAMPLER_WEIGHTS_BYTES } from "../../generated/memory_map";
import { SAMPLE_RATE } from "../../generated/model";
import { END, historyAddress, kernel, reach, startPosition, step } from "../weighted_sum";
import { interpolateRow, startPhases, storeLargest } from "./interpolated_row";

/**
 * Sixteen inputs at a time. The kernel's values for an output depend only on its phase, its position between two inputs, and phases repeat: at 48 kHz all outputs
 * have the same one, at 44.1 kHz there are 160. The rows of weights of all phases are computed when a sound of another rate begins. A rate with more phases than
 * there is room for (44,099 Hz has 16,000) has one row, interpolated again for each output.
 *
 * A row is int16: `left` weights of the inputs up to the output's index, in their order, then those of the inputs after it; zeros fill both to whole vectors.
 */
let phases: i32 = 0; // 0: more than there is room for
/** The row of the next output. */
let phase: i32 = 0;
let left: i32 = 0;
let rowBytes: i32 = 0;
let weightsRate: i32 = 0;

/** A row has whole blocks: two vectors of eight weights, whose products of pairs are added in two times four lanes. */
const BLOCK: i32 = 16;
const BLOCK_BYTES: i32 = 2 * BLOCK;
const LANES: i32 = 8;
/** What a lane's absolute weights may sum up to so that it stays in 32 bits whatever the inputs are: they are -32768 at least. */
const LARGEST_SUM: i32 = 65535;

/** Before the first output of a sound, after setInputRate(). */
export function startWeights(rate: i32): void {
  phase = 0;
  if (rate == weightsRate) return;
  weightsRate = rate;
  left = (reach + 2 + 7) & ~7;
  const slots = (left + ((reach + 1 + 7) & ~7) + BLOCK - 1) & ~(BLOCK - 1);
  rowBytes = slots << 1;
  const all = SAMPLE_RATE / greatestCommonDivisor(rate, SAMPLE_RATE);
  phases = all * rowBytes <= RESAMPLER_WEIGHTS_BYTES ? all : 0;
  if (phases > 0) {
    computeRows(rate);
  } else {
    startPhases(RESAMPLER_WEIGHTS + <usize>rowBytes, left, slots);
    storeLargest(RESAMPLER_WEIGHTS);
  }
  chunkRows();
}

function greatestCommonDivisor(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

function computeRows(rate: i32): void {
  let rest = 0;
  let row = RESAMPLER_WEIGHTS;
  for (let index = 0; index < phases; index++) {
    const start = startPosition(rest);
    for (let slot = 0; slot < rowBytes >> 1; slot++) {
      const position = abs((slot - left + 1) * step - start);
      store<i16>(row + ((<usize>slot) << 1), position < END ? kernel(position) : 0);
    }
    row += <usize>rowBytes;
    rest = (rest + rate) % SAMPLE_RATE;
  }
}

/**
 * Cuts the rows into chunks in which no lane's sum of products leaves 32 bits: one chunk if that holds for every row, else as few as the largest weight of each place in
 * any row allows. Their ends, bytes of a row, uint16, go to RESAMPLER_CHUNKS.
 */
function chunkRows(): void {
  let fits = phases > 0;
  for (let index = 0; fits && index < phases; index++) fits = fitsLanes(RESAMPLER_WEIGHTS + <usize>(index * rowBytes), 0, rowBytes);
  if (fits) {
    store<u16>(RESAMPLER_CHUNKS, rowBytes);
    return;
  }
  let chunk = RESAMPLER_CHUNKS;
  let begin = 0;
  for (let end = BLOCK_BYTES; end <= rowBytes; end += BLOCK_BYTES) {
    if (end < rowBytes && fitsInAll(begin, end + BLOCK_BYTES)) continue;
    store<u16>(chunk, end);
    chunk += 2;
    begin = end;
  }
}

/** Whether no lane's sum leaves 32 bits with these bytes of that row. */
function fitsLanes(row: usize, begin: i32, end: i32): bool {
  for (let lane = 0; lane < LANES; lane++) {
    let sum = 0;
    for (let at = begin + 4 * lane; at < end; at += BLOCK_BYTES) {
      sum += abs(i32(load<i16>(row + <usize>at))) + abs(i32(load<i16>(row + <usize>at, 2)));
    }
    if (sum > LARGEST_SUM) return false;
  }
  return true;
}

/** The same for a row that would have the largest weight of each place. */
function fitsInAll(begin: i32, end: i32): bool {
  for (let lane = 0; lane < LANES; lane++) {
    let sum = 0;
    for (let at = begin + 4 * lane; at < end; at += BLOCK_BYTES) sum += largestWeight(at) + largestWeight(at + 2);
    if (sum > LARGEST_SUM) return false;
  }
  return true;
}

/** Of all phases, at that byte of their rows; of a rate without room for them the one row says it. */
function largestWeight(at: i32): i32 {
  let row = RESAMPLER_WEIGHTS + <usize>at;
  let largest = 0;
  for (let left = max(phases, 1); left > 0; left--) {
    largest = max(largest, abs(i32(load<i16>(row))));
    row += <usize>rowBytes;
  }
  return largest;
}

export function weightedSum(index: i32, rest: i32): i64 {
  const row = RESAMPLER_WEIGHTS + <usize>(phase * rowBytes);
  if (phases == 0) interpolateRow(row, startPosition(rest));
  if (++phase >= phases) phase = 0;
  let weights = row;
  let input = historyAddress(index - left + 1);
  let sums = i64x2.splat(0);
  for (let chunk = RESAMPLER_CHUNKS; weights < row + <usize>rowBytes; chunk += 2) {
    let even = i32x4.splat(0);
    let odd = i32x4.splat(0);
    for (const end = row + <usize>load<u16>(chunk); weights < end; weights += 32, input += 32) {
      even = i32x4.add(even, i32x4.dot_i16x8_s(v128.load(weights), v128.load(input)));
      odd = i32x4.add(odd, i32x4.dot_i16x8_s(v128.load(weights, 16), v128.load(input, 16)));
    }
    sums = i64x2.add(sums, i64x2.add(addHalves(even), addHalves(odd)));
  }
  return i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1);
}

function addHalves(lanes: v128): v128 {
  return i64x2.add(i64x2.extend_low_i32x4_s(lanes), i64x2.extend_high_i32x4_s(lanes));
}

import { RESAMPLER_INTERPOLATION, RESAMPLER_WEIGHTS, RESAMPLER_WEIGHTS_BYTES } from "../../generated/memory_map";
import { SAMPLE_RATE } from "../../generated/model";
import { historyAddress, reach, startPosition } from "../weighted_sum";
import { interpolateRow, startPhases } from "./interpolated_row";

/**
 * Thirty-two inputs at a time. The kernel's values for an output depend only on its phase, its position between two inputs, and phases repeat: at 48 kHz all outputs
 * have the same one, at 44.1 kHz there are 160. The rows of weights of all phases are computed when a sound of another rate begins. A rate with more phases than
 * there is room for (44,099 Hz has 16,000) has one row, interpolated again for each output.
 *
 * A row is int16: `side` weights of the inputs up to the output's index, in their order, then as many of those after it; zeros fill both.
 *
 * Products of pairs are added in 16 lanes of 32 bits. No lane overflows, whatever the inputs are: its absolute weights sum up to less than 2^16 (tests/reference/lanes.test.ts
 * computes that of every rate), of rates above WIDE_RATE in each half of the row.
 */
let phases: i32 = 0; // 0: more than there is room for
/** The row of the next output. */
let phase: i32 = 0;
let side: i32 = 0;
let rowBytes: i32 = 0;
let partBytes: i32 = 0;
let weightsRate: i32 = 0;

/** Four vectors. */
const BLOCK_BYTES: i32 = 64;
const WIDE_RATE: i32 = 128000;

/** Before the first output of a sound, after setInputRate(). */
export function startWeights(rate: i32): void {
  phase = 0;
  if (rate == weightsRate) return;
  weightsRate = rate;
  const wide = rate > WIDE_RATE;
  const multiple = wide ? BLOCK_BYTES >> 1 : BLOCK_BYTES >> 2;
  side = (reach + multiple) & -multiple; // reach + 1 and more
  rowBytes = side << 2;
  partBytes = wide ? rowBytes >> 1 : rowBytes;
  startPhases(RESAMPLER_INTERPOLATION, side);
  const all = SAMPLE_RATE / greatestCommonDivisor(rate, SAMPLE_RATE);
  phases = all * rowBytes <= RESAMPLER_WEIGHTS_BYTES ? all : 0;
  let rest = 0;
  for (let index = 0; index < phases; index++) {
    interpolateRow(RESAMPLER_WEIGHTS + <usize>(index * rowBytes), startPosition(rest));
    rest = (rest + rate) % SAMPLE_RATE;
  }
}

function greatestCommonDivisor(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

export function weightedSum(index: i32, rest: i32): i64 {
  let weights = RESAMPLER_WEIGHTS + <usize>(phase * rowBytes);
  if (phases == 0) interpolateRow(weights, startPosition(rest));
  if (++phase >= phases) phase = 0;
  let input = historyAddress(index - side + 1);
  let sums = i64x2.splat(0);
  const rowEnd = weights + <usize>rowBytes;
  while (weights < rowEnd) {
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    for (const end = weights + <usize>partBytes; weights < end; weights += BLOCK_BYTES) {
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(weights), v128.load(input)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load(weights, 16), v128.load(input, 16)));
      c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load(weights, 32), v128.load(input, 32)));
      d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load(weights, 48), v128.load(input, 48)));
      input += BLOCK_BYTES;
    }
    sums = i64x2.add(sums, i64x2.add(i64x2.add(addHalves(a), addHalves(b)), i64x2.add(addHalves(c), addHalves(d))));
  }
  return i64x2.extract_lane(sums, 0) + i64x2.extract_lane(sums, 1);
}

function addHalves(lanes: v128): v128 {
  return i64x2.add(i64x2.extend_low_i32x4_s(lanes), i64x2.extend_high_i32x4_s(lanes));
}

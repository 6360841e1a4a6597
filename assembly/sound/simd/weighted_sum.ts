import { RESAMPLER_INTERPOLATION, RESAMPLER_WEIGHTS, RESAMPLER_WEIGHTS_BYTES } from "../../generated/memory_map";
import { SAMPLE_RATE } from "../../generated/model";
import { greatestCommonDivisor, historyAddress, phaseBits, reach, startPosition } from "../weighted_sum";
import { addLanes, widen } from "./add_lanes";
import { interpolatedSum, interpolateRow, startPhases } from "./interpolated_row";

/**
 * Thirty-two inputs at a time, sixteen on each side. The kernel's values for an output depend only on its phase, and phases repeat: at 48 kHz all outputs have the same
 * one, at 44.1 kHz there are 160. The rows of weights of all phases are computed when a sound of another rate begins. Where there is no room for them (44,099 Hz has
 * 16,000 phases) the weights are interpolated for each output.
 *
 * A row is int16: `side` weights of the inputs up to the output's index, in their order, then as many of those after it; zeros fill both.
 *
 * Products of pairs are added in 16 lanes of 32 bits, eight for each side. None overflows, whatever the inputs are, because a lane's absolute weights sum up to less than
 * 2^16. Above WIDE_RATE the two vectors in the middle, whose weights are large, have lanes of their own (tests/reference/resample_lanes.test.ts looks at 800 rates).
 */
let keepsRows: bool = false;
let phases: i32 = 0;
/** The row of the next output, if phases are not rounded. */
let phase: i32 = 0;
let side: i32 = 0;
let rowBytes: i32 = 0;
let wide: bool = false;
/** The weights on each side that are not in the middle. */
let outerBytes: i32 = 0;
let weightsRate: i32 = 0;

const WIDE_RATE: i32 = 48000;
/** Two vectors, and the half of those in the middle. */
const BLOCK: i32 = 16;
const HALF_MIDDLE: i32 = 8;

/** Before the first output of a sound, after setInputRate(). */
export function startWeights(rate: i32): void {
  phase = 0;
  if (rate == weightsRate) return;
  weightsRate = rate;
  wide = rate > WIDE_RATE;
  const middle = wide ? HALF_MIDDLE : 0;
  // reach + 1 weights are needed.
  const outer = (reach - middle + BLOCK) & -BLOCK;
  side = middle + outer;
  outerBytes = outer << 1;
  rowBytes = side << 2;
  startPhases(RESAMPLER_INTERPOLATION, side);
  phases = phaseBits == 0 ? SAMPLE_RATE / greatestCommonDivisor(rate, SAMPLE_RATE) : SAMPLE_RATE >> phaseBits;
  keepsRows = phases * rowBytes <= RESAMPLER_WEIGHTS_BYTES;
  if (keepsRows) computeRows(phaseBits == 0 ? rate : 1 << phaseBits);
}

/** From one phase's row to the next the output's place, in 1 / 16000 inputs, moves by `distance`. */
function computeRows(distance: i32): void {
  let rest = 0;
  for (let index = 0; index < phases; index++) {
    interpolateRow(RESAMPLER_WEIGHTS + <usize>(index * rowBytes), startPosition(rest));
    rest = (rest + distance) % SAMPLE_RATE;
  }
}

export function weightedSum(index: i32, rest: i32): i64 {
  const inputs = historyAddress(index - side + 1);
  if (!keepsRows) return interpolatedSum(inputs, startPosition(rest));
  const row = phaseBits == 0 ? phase : rest >> phaseBits;
  if (++phase == phases) phase = 0;
  return rowSum(RESAMPLER_WEIGHTS + <usize>(row * rowBytes), inputs);
}

/** Of a row and the inputs for it. */
function rowSum(weights: usize, inputs: usize): i64 {
  let rightWeights = weights + <usize>(rowBytes - outerBytes);
  let rightInputs = inputs + <usize>(rowBytes - outerBytes);
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (const end = weights + <usize>outerBytes; weights < end; weights += 32) {
    a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load(weights), v128.load(inputs)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load(weights, 16), v128.load(inputs, 16)));
    c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load(rightWeights), v128.load(rightInputs)));
    d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load(rightWeights, 16), v128.load(rightInputs, 16)));
    inputs += 32;
    rightWeights += 32;
    rightInputs += 32;
  }
  if (!wide) return addLanes(a, b, c, d, i64x2.splat(0));
  const even = i32x4.dot_i16x8_s(v128.load(weights), v128.load(inputs));
  const odd = i32x4.dot_i16x8_s(v128.load(weights, 16), v128.load(inputs, 16));
  return addLanes(a, b, c, d, i64x2.add(widen(even), widen(odd)));
}

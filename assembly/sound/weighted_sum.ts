import { RESAMPLER_HISTORY, RESAMPLER_HISTORY_SAMPLES } from "../generated/memory_map";
import { SAMPLE_RATE, SINC_ENTRIES, SINC_ZERO_CROSSINGS } from "../generated/model";
import { SINC } from "../generated/tables";

/**
 * An output of the resampler before its gain: the inputs around it, weighted by the sinc (docs/arithmetic.md, 2).
 *
 * Positions are distances from the output in table entries with POSITION_BITS fraction bits; from one input to the next it is `step`.
 */
const ENTRIES_PER_CROSSING_LOG2: i32 = 6;
const POSITION_BITS: i32 = 20;
export const END: i32 = (SINC_ENTRIES - 1) << POSITION_BITS;
/** For the rests there are, multiplying by the reciprocal and rounding down is exact: it is less than 1 / largerRate more than dividing by largerRate. */
const RECIPROCAL_BITS: i64 = 32;
const HISTORY_MASK: i32 = RESAMPLER_HISTORY_SAMPLES - 1;

/** Above this rate the place of an output between two inputs is rounded, to the middle of 32 / 16000 inputs, if that leaves fewer places. */
const ROUNDED_ABOVE: i32 = 48000;
/** Above this one to the middle of 64 / 16000 inputs. */
const WIDER_ABOVE: i32 = 96000;

/** The larger of the two rates: the kernel's zero crossings are that rate / 16000 input samples apart. */
export let largerRate: i32 = 0;
export let step: i32 = 0;
/** ceil(2^58 / largerRate), for SIMD: elsewhere a division takes little of an output's time. */
let reciprocal: i64 = 0;
/** Inputs on either side that an output needs. */
export let reach: i32 = 0;
/** Places are rounded to the middle of 2^phaseBits / 16000 inputs; 0: they are not. */
export let phaseBits: i32 = 0;

export function setInputRate(rate: i32): void {
  largerRate = max(rate, SAMPLE_RATE);
  step = i32((i64(SAMPLE_RATE) << (ENTRIES_PER_CROSSING_LOG2 + POSITION_BITS)) / i64(largerRate));
  if (ASC_FEATURE_SIMD)
    reciprocal = ((i64(1) << (RECIPROCAL_BITS + ENTRIES_PER_CROSSING_LOG2 + POSITION_BITS)) + i64(largerRate - 1)) / i64(largerRate);
  reach = (SINC_ZERO_CROSSINGS * largerRate + SAMPLE_RATE - 1) / SAMPLE_RATE;
  const bits = rate > WIDER_ABOVE ? 6 : 5;
  phaseBits = rate > ROUNDED_ABOVE && greatestCommonDivisor(rate, SAMPLE_RATE) < 1 << bits ? bits : 0;
}

export function greatestCommonDivisor(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** The position of an output that is rest / 16000 inputs after an input, relative to that input; below `step`. */
export function startPosition(rest: i32): i32 {
  const width = 1 << phaseBits;
  const place = (rest & -width) + (width >> 1);
  if (ASC_FEATURE_SIMD) return i32((i64(place) * reciprocal) >> RECIPROCAL_BITS);
  return i32((i64(place) << (ENTRIES_PER_CROSSING_LOG2 + POSITION_BITS)) / i64(largerRate));
}

/** Address of the input with this index; indices wrap around at 2^32. */
export function historyAddress(index: i32): usize {
  return RESAMPLER_HISTORY + ((<usize>(index & HISTORY_MASK)) << 1);
}

/** The kernel at a position below END, int16, linear between two entries. */
export function kernel(position: i32): i32 {
  const at = SINC + ((<usize>(position >> POSITION_BITS)) << 1);
  const fraction = (position >> (POSITION_BITS - 15)) & 32767;
  const entry = i32(load<i16>(at));
  return entry + (((i32(load<i16>(at, 2)) - entry) * fraction + 16384) >> 15);
}

/** Of the output that is rest / 16000 inputs after the input with this index. */
export function weightedSum(index: i32, rest: i32): i64 {
  const start = startPosition(rest);
  let sum: i64 = 0;
  let at = index;
  for (let position = start; position < END; position += step) sum += i64(kernel(position)) * i64(load<i16>(historyAddress(at--)));
  at = index + 1;
  for (let position = step - start; position < END; position += step) sum += i64(kernel(position)) * i64(load<i16>(historyAddress(at++)));
  return sum;
}

import { RESAMPLER_HISTORY, RESAMPLER_HISTORY_BYTES, RESAMPLER_HISTORY_REPEATED, RESAMPLER_HISTORY_SAMPLES } from "../generated/memory_map";
import { SAMPLE_RATE, SINC_SUM } from "../generated/model";
import { startWeights, weightedSum as weightedSumSimd } from "./simd/weighted_sum";
import { historyAddress, largerRate, reach, setInputRate, weightedSum as weightedSumScalar } from "./weighted_sum";

/**
 * Any rate to 16 kHz: a windowed sinc, tabulated with 64 entries per zero crossing and interpolated; exact integer positions (docs/arithmetic.md, 2). Usage:
 *
 *     startResampler(rate)
 *     repeat:       addInputs() while there is room, then nextOutputs() while outputReady()
 *     at the end:   add zeros and take outputs until there are ceil(16000 n / rate)
 */
const GAIN_BITS: i64 = 40;

let rate: i32 = 0;
let gain: i64 = 0;
/** Inputs added. The next output is at input `index` + rest / 16000. Both wrap around at 2^32; only differences count. */
let inputs: i32 = 0;
let index: i32 = 0;
let rest: i32 = 0;

/** Forgets all inputs; `inputRate` in Hz, 8,000 to 192,000. */
export function startResampler(inputRate: i32): void {
  rate = inputRate;
  setInputRate(rate);
  const divisor = i64(SINC_SUM) * i64(largerRate);
  gain = ((i64(SAMPLE_RATE) << GAIN_BITS) + (divisor >> 1)) / divisor;
  inputs = 0;
  index = 0;
  rest = 0;
  memory.fill(RESAMPLER_HISTORY, 0, RESAMPLER_HISTORY_BYTES);
  if (ASC_FEATURE_SIMD) startWeights(rate);
}

/** Inputs that may be added before outputs are taken: an output needs those from `reach` + 1 before its own position on. At least one when no output is ready. */
export function inputRoom(): i32 {
  return RESAMPLER_HISTORY_SAMPLES - (inputs - index) - reach - 1;
}

/** Adds int16 [count] inputs, at most inputRoom(). */
export function addInputs(at: usize, count: i32): void {
  const address = historyAddress(inputs);
  const first = min(count, RESAMPLER_HISTORY_SAMPLES - (((address - RESAMPLER_HISTORY) as i32) >> 1));
  copyInputs(address, at, first);
  if (first < count) copyInputs(RESAMPLER_HISTORY, at + ((<usize>first) << 1), count - first);
  inputs += count;
}

/** Inputs to where the ring has room for them. SIMD reads a row's inputs in sequence, so the first ones come after the last ones, too. */
function copyInputs(to: usize, from: usize, count: i32): void {
  memory.copy(to, from, (<usize>count) << 1);
  if (!ASC_FEATURE_SIMD) return;
  const repeated = min(count, RESAMPLER_HISTORY_REPEATED - (((to - RESAMPLER_HISTORY) as i32) >> 1));
  if (repeated > 0) memory.copy(to + (RESAMPLER_HISTORY_SAMPLES << 1), from, (<usize>repeated) << 1);
}

/** Whether every input that the next output needs has been added. */
export function outputReady(): bool {
  return inputs - index > reach;
}

/** Writes the outputs that are ready, int16, at most `most` of them; returns how many. */
export function nextOutputs(out: usize, most: i32): i32 {
  let count = 0;
  while (count < most && outputReady()) {
    store<i16>(out + ((<usize>count) << 1), nextOutput());
    count++;
  }
  return count;
}

function nextOutput(): i32 {
  const sum = ASC_FEATURE_SIMD ? weightedSumSimd(index, rest) : weightedSumScalar(index, rest);
  rest += rate;
  const whole = rest / SAMPLE_RATE;
  index += whole;
  rest -= whole * SAMPLE_RATE;
  return i32(max<i64>(-32768, min<i64>(32767, (sum * gain + (i64(1) << (GAIN_BITS - 1))) >> GAIN_BITS)));
}

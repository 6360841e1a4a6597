import { SAMPLE_RATE, SINC_SUM } from "../generated/model";
import { RESAMPLER_HISTORY, RESAMPLER_HISTORY_BYTES } from "../memory_map";
import { copyInputs, mirrorInput, startWeights, weightedSumSimd } from "./simd/weighted_sum";
import { HISTORY_SAMPLES, historyAddress, largerRate, reach, setInputRate, weightedSum } from "./weighted_sum";

/**
 * Any rate to 16 kHz: a windowed sinc, tabulated with 64 entries per zero crossing and interpolated; exact integer positions (docs/arithmetic.md, 2). Usage:
 *
 *     startResampler(rate)
 *     for every input sample: addInput(x); while (outputReady()) use nextOutput()
 *     at the end:             addInput(0) and use nextOutput() until ceil(16000 n / rate) outputs are there
 */
const GAIN_BITS: i64 = 40;

let rate: i32 = 0;
let gain: i64 = 0;
/** Inputs given; the next output lies at input index `place` + rest / 16000. Indices wrap around at 2^32, only differences count. */
let given: i32 = 0;
let place: i32 = 0;
let rest: i32 = 0;

export function startResampler(inputRate: i32): void {
  rate = inputRate;
  setInputRate(rate);
  const divisor = i64(SINC_SUM) * i64(largerRate);
  gain = ((i64(SAMPLE_RATE) << GAIN_BITS) + (divisor >> 1)) / divisor;
  given = 0;
  place = 0;
  rest = 0;
  memory.fill(RESAMPLER_HISTORY, 0, RESAMPLER_HISTORY_BYTES);
  if (ASC_FEATURE_SIMD) startWeights(rate);
}

export function addInput(sample: i32): void {
  store<i16>(historyAddress(given), sample);
  if (ASC_FEATURE_SIMD) mirrorInput(given);
  given++;
}

/** Inputs that may be given before outputs are taken: an output needs those from `reach` + 1 in front of its place on. */
export function inputRoom(): i32 {
  return HISTORY_SAMPLES - (given - place) - reach - 1;
}

/** The same for int16 inputs that lie one behind the other, at most inputRoom(). */
export function addInputs(at: usize, count: i32): void {
  const address = historyAddress(given);
  const first = min(count, HISTORY_SAMPLES - (((address - RESAMPLER_HISTORY) as i32) >> 1));
  copyInputs(address, at, first);
  copyInputs(RESAMPLER_HISTORY, at + ((<usize>first) << 1), count - first);
  given += count;
}

/** Whether every input that the next output needs has been given. */
export function outputReady(): bool {
  return given - place > reach;
}

export function nextOutput(): i32 {
  const sum = ASC_FEATURE_SIMD ? weightedSumSimd(place, rest) : weightedSum(place, rest);
  rest += rate;
  const whole = rest / SAMPLE_RATE;
  place += whole;
  rest -= whole * SAMPLE_RATE;
  return i32(max<i64>(-32768, min<i64>(32767, (sum * gain + (i64(1) << (GAIN_BITS - 1))) >> GAIN_BITS)));
}

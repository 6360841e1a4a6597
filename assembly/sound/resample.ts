import { SAMPLE_RATE, SINC_ENTRIES, SINC_SUM, SINC_ZERO_CROSSINGS } from "../generated/model";
import { SINC } from "../generated/tables";
import { RESAMPLER_HISTORY, RESAMPLER_HISTORY_BYTES } from "../memory_map";

/**
 * Any rate to 16 kHz: a windowed sinc, tabulated with 64 entries per zero crossing and interpolated; exact integer positions (docs/arithmetic.md, 2). Usage:
 *
 *     startResampler(rate)
 *     for every input sample: giveInput(x); while (outputReady()) use nextOutput()
 *     at the end:             giveInput(0) and use nextOutput() until ceil(16000 n / rate) outputs are there
 */
const POSITION_BITS: i32 = 20;
const ENTRIES_PER_CROSSING_LOG2: i32 = 6;
const HISTORY_MASK: i32 = (RESAMPLER_HISTORY_BYTES >> 1) - 1;
const GAIN_BITS: i64 = 40;

let rate: i32 = 0;
/** The larger of the two rates: the kernel's zero crossings lie that rate / 16000 input samples apart. */
let largerRate: i32 = 0;
let step: i32 = 0;
let gain: i64 = 0;
/** Inputs behind an output's place that its sum needs. */
let reach: i32 = 0;
/** Inputs given; the next output lies at input index `place` + rest / 16000. Indices wrap around at 2^32, only differences count. */
let given: i32 = 0;
let place: i32 = 0;
let rest: i32 = 0;

export function startResampler(inputRate: i32): void {
  rate = inputRate;
  largerRate = max(rate, SAMPLE_RATE);
  step = i32((i64(SAMPLE_RATE) << (ENTRIES_PER_CROSSING_LOG2 + POSITION_BITS)) / i64(largerRate));
  const divisor = i64(SINC_SUM) * i64(largerRate);
  gain = ((i64(SAMPLE_RATE) << GAIN_BITS) + (divisor >> 1)) / divisor;
  reach = (SINC_ZERO_CROSSINGS * largerRate + SAMPLE_RATE - 1) / SAMPLE_RATE;
  given = 0;
  place = 0;
  rest = 0;
  memory.fill(RESAMPLER_HISTORY, 0, RESAMPLER_HISTORY_BYTES);
}

export function giveInput(sample: i32): void {
  store<i16>(RESAMPLER_HISTORY + ((<usize>(given & HISTORY_MASK)) << 1), sample);
  given++;
}

/** Whether every input that the next output needs has been given. */
export function outputReady(): bool {
  return given - place > reach;
}

function input(index: i32): i64 {
  return i64(load<i16>(RESAMPLER_HISTORY + ((<usize>(index & HISTORY_MASK)) << 1)));
}

/** The kernel at a position in table entries with POSITION_BITS fraction bits, linear between two entries. */
function kernel(position: i32): i64 {
  const at = SINC + ((<usize>(position >> POSITION_BITS)) << 1);
  const fraction = (position >> (POSITION_BITS - 15)) & 32767;
  const entry = i32(load<i16>(at));
  return i64(entry + (((i32(load<i16>(at, 2)) - entry) * fraction + 16384) >> 15));
}

export function nextOutput(): i32 {
  const end = (SINC_ENTRIES - 1) << POSITION_BITS;
  const start = i32((i64(rest) << (ENTRIES_PER_CROSSING_LOG2 + POSITION_BITS)) / i64(largerRate));
  let sum: i64 = 0;
  let index = place;
  for (let position = start; position < end; position += step) sum += kernel(position) * input(index--);
  index = place + 1;
  for (let position = step - start; position < end; position += step) sum += kernel(position) * input(index++);
  rest += rate;
  const whole = rest / SAMPLE_RATE;
  place += whole;
  rest -= whole * SAMPLE_RATE;
  return i32(max<i64>(-32768, min<i64>(32767, (sum * gain + (i64(1) << (GAIN_BITS - 1))) >> GAIN_BITS)));
}

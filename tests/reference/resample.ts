import { saturateInt16 } from "./rounding.js";

/** Zero crossings of the lower rate to each side, table entries per crossing, cut-off over the lower Nyquist frequency, Kaiser's beta. */
const CROSSINGS = 20;
const ENTRIES = 64;
const CUT_OFF = 0.875;
const BETA = 6.76;
const END = CROSSINGS * ENTRIES;
/** A position in the table has 20 bits after the point. */
const FRACTION_BITS = 20;
/** Above these rates at most as many places between two inputs are told apart. */
const MOST_PLACES = [
  { above: 96000, places: 250 },
  { above: 48000, places: 500 },
];

/**
 * int16 at `inputRate` Hz to int16 at `outputRate` Hz by an interpolated windowed sinc (docs/arithmetic.md, section 2).
 * n samples make ceil(outputRate n / inputRate).
 */
export function resample(samples: Int16Array, inputRate: number, outputRate: number): Int16Array {
  if (inputRate === outputRate) return samples.slice();
  const higher = Math.max(inputRate, outputRate);
  const step = Math.floor((outputRate * ENTRIES * 2 ** FRACTION_BITS) / higher);
  const gain = gainOf(higher, outputRate);
  const output = new Int16Array(resampledLength(samples.length, inputRate, outputRate));
  for (let m = 0; m < output.length; m++) {
    const index = Math.floor((m * inputRate) / outputRate);
    const ahead = Math.floor((placeOf((m * inputRate) % outputRate, inputRate, outputRate) * ENTRIES * 2 ** FRACTION_BITS) / higher);
    let sum = 0; // |sum| < 2^40: exact in a double.
    for (let k = 0; ; k++) {
      const position = ahead + k * step;
      if (position >> FRACTION_BITS >= END) break;
      sum += coefficient(position) * (samples[index - k] ?? 0);
    }
    for (let k = 1; ; k++) {
      const position = k * step - ahead;
      if (position >> FRACTION_BITS >= END) break;
      sum += coefficient(position) * (samples[index + k] ?? 0);
    }
    output[m] = saturateInt16(Number((BigInt(sum) * gain + 2n ** 39n) >> 40n));
  }
  return output;
}

/** Where an output lies that is rest / outputRate inputs after an input. */
function placeOf(rest: number, inputRate: number, outputRate: number): number {
  const places = MOST_PLACES.find(({ above }) => inputRate > above)?.places ?? outputRate;
  if (outputRate / greatestCommonDivisor(inputRate, outputRate) <= places) return rest;
  const width = outputRate / places;
  return Math.floor(rest / width) * width + width / 2;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

export function resampledLength(samples: number, inputRate: number, outputRate: number): number {
  return Math.ceil((outputRate * samples) / inputRate);
}

/** int16 [END + 1]: one side of the sinc under its window. */
export const SINC_TABLE: Int16Array = Int16Array.from({ length: END + 1 }, (_, i) =>
  Math.round(32767 * sinc((CUT_OFF * i) / ENTRIES) * kaiser(i / END)),
);

/** int16: what an input is multiplied with that lies `offset` inputs after an output, a whole number or not. */
export function weightAt(offset: number, inputRate: number, outputRate: number): number {
  const position = Math.floor(Math.abs(offset) * ((outputRate * ENTRIES * 2 ** FRACTION_BITS) / Math.max(inputRate, outputRate)));
  return position < END * 2 ** FRACTION_BITS ? coefficient(position) : 0;
}

/** Linear between two entries of the table; the position is below END * 2^20. */
function coefficient(position: number): number {
  const i = position >> FRACTION_BITS;
  const fraction = (position >> 5) & 32767;
  const here = SINC_TABLE[i]!;
  return here + (((SINC_TABLE[i + 1]! - here) * fraction + 16384) >> 15);
}

/** 2^40 over the sum of the coefficients of one output, rounded. */
function gainOf(higher: number, outputRate: number): bigint {
  let sum = 0;
  for (let k = -CROSSINGS; k <= CROSSINGS; k++) sum += SINC_TABLE[ENTRIES * Math.abs(k)]!;
  const divisor = BigInt(sum) * BigInt(higher);
  return (2n ** 40n * BigInt(outputRate) + divisor / 2n) / divisor;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(r: number): number {
  return besselI0(BETA * Math.sqrt(1 - r * r)) / besselI0(BETA);
}

/** Modified Bessel function of the first kind, order 0: the sum of ((x/2)^k / k!)^2. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-18; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

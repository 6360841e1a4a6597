/** Random recordings in all formats and rates, the same on every run. */
import { INPUT_FORMAT, type InputFormat } from "../../ts-tools/abi/status.js";
import { ALAW, MULAW, nearestCode } from "../reference/g711.js";
import type { Random } from "../support/random.js";
import { noise, voice } from "../support/sounds.js";
import { sampleBytes } from "../support/wav.js";
import type { Sound } from "./instance.js";

const FORMATS = Object.keys(INPUT_FORMAT) as InputFormat[];
const RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 176400, 192000];

/** Mono sounds of a given number of samples with full scale 1; some go beyond it. */
const KINDS: Readonly<Record<string, (random: Random, count: number) => Float64Array>> = {
  silence: (_, count) => new Float64Array(count),
  "one step": (random, count) => steps(random, count, 1 / 32768),
  tone: (random, count) => tones(random, count, 1),
  tones: (random, count) => tones(random, count, 5),
  noise: (random, count) => scaled(noise(count, 32767, random.integer(1, 1e9)), 10 ** random.between(-4, 0)),
  voice: (random, count) => scaled(voice(count, random.integer(8000, 48000), random.integer(1, 1000)), 10 ** random.between(-3, 0.3)),
  "clipped square": (random, count) => square(count, random.integer(1, 400)),
  "lowest value": (random, count) => runs(random, count, -1),
  "random steps": (random, count) => steps(random, count, 1.2),
  impulse: (random, count) => impulse(random, count),
  "loud spot": (random, count) => loudSpot(random, count),
};

/** A recording of about a given number of samples at 16 kHz. */
export function randomSound(random: Random, samples: number, plain = false): Sound {
  const kinds = Object.keys(KINDS);
  const kind = kinds[random.integer(0, kinds.length - 1)]!;
  const rate = plain ? 16000 : randomRate(random);
  const format = plain ? "s16" : FORMATS[random.integer(0, FORMATS.length - 1)]!;
  const channels = plain || random.unit() < 0.6 ? 1 : random.integer(2, 6);
  const frames = Math.round((samples * rate) / 16000);
  const mono = KINDS[kind]!(random, frames);
  const values = new Float64Array(frames * channels);
  for (let channel = 0; channel < channels; channel++) {
    const share = channel === 0 ? 1 : random.between(-1, 1);
    for (let i = 0; i < frames; i++) values[i * channels + channel] = mono[i]! * share;
  }
  const name = `${kind}, ${frames} frames, ${rate} Hz, ${format} x ${channels}`;
  return { name, format, channels, rate, bytes: encode(random, values, format) };
}

function randomRate(random: Random): number {
  const choice = random.unit();
  if (choice < 0.4) return 16000;
  return choice < 0.75 ? RATES[random.integer(0, RATES.length - 1)]! : random.integer(8000, 192000);
}

/** Values of full scale 1 in a format, the bits below an int16 step at random; some floats are not numbers, or lie half-way between two steps. */
export function encode(random: Random, values: Float64Array, format: InputFormat): Uint8Array {
  if (format === "f32" || format === "f64")
    return sampleBytes(
      values.map((value) => oddFloat(random, value)),
      format,
    );
  if (format === "mulaw" || format === "alaw") {
    const table = format === "mulaw" ? MULAW : ALAW;
    return Uint8Array.from(values, (value) => nearestCode(table, 32768 * value));
  }
  const half = { u8: 128, s16: 32768, s24: 2 ** 23, s32: 2 ** 31 }[format];
  const integers = values.map((value) => {
    const below = value === 0 || format === "u8" || format === "s16" ? 0 : random.between(-1 / 65536, 1 / 65536);
    return Math.min(Math.max(Math.round((value + below) * half), -half), half - 1) + (format === "u8" ? 128 : 0);
  });
  return sampleBytes(integers, format);
}

function oddFloat(random: Random, value: number): number {
  const choice = random.unit();
  if (choice >= 0.02) return value;
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30, -5e-324, 1.5 / 32768, -2.5 / 32768, 0.99999];
  return choice < 0.001 ? odd[random.integer(0, odd.length - 1)]! : (Math.round(value * 32768) + 0.5) / 32768;
}

function scaled(samples: Int16Array, factor: number): Float64Array {
  return Float64Array.from(samples, (sample) => (sample / 32768) * factor);
}

function tones(random: Random, count: number, most: number): Float64Array {
  const partials = Array.from({ length: random.integer(1, most) }, () => ({
    step: random.between(0.001, 3.1),
    size: 10 ** random.between(-3, 0),
  }));
  return Float64Array.from({ length: count }, (_, i) => partials.reduce((sum, { step, size }) => sum + size * Math.sin(step * i), 0));
}

function square(count: number, halfPeriod: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (Math.floor(i / halfPeriod) % 2 === 0 ? 1 : -1));
}

/** Runs of one value between runs of small noise. */
function runs(random: Random, count: number, value: number): Float64Array {
  const values = new Float64Array(count);
  for (let at = 0; at < count; ) {
    const end = Math.min(count, at + random.integer(1, 500));
    const inside = random.unit() < 0.5;
    for (; at < end; at++) values[at] = inside ? value : random.between(-0.01, 0.01);
  }
  return values;
}

function steps(random: Random, count: number, size: number): Float64Array {
  const values = new Float64Array(count);
  let value = 0;
  for (let at = 0; at < count; at++) {
    if (random.unit() < 0.02) value = [0, random.between(-size, size), size, -size][random.integer(0, 3)]!;
    values[at] = value;
  }
  return values;
}

function impulse(random: Random, count: number): Float64Array {
  const values = new Float64Array(count);
  if (count > 0) values[random.integer(0, count - 1)] = random.between(-1, 1);
  return values;
}

/** A quiet sound with fewer loud samples than a thousandth: the level lies between two ranks far apart. */
function loudSpot(random: Random, count: number): Float64Array {
  const values = scaled(noise(count, 50, random.integer(1, 1e9)), 1);
  const loud = Math.ceil(count / 1000);
  for (let i = 0; i < loud; i++) values[random.integer(0, count - 1)] = random.between(-1, 1);
  return values;
}

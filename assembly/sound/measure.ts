/**
 * Measures the sound that is pushed, before it is resampled: energy, peak, clipped samples (docs/arithmetic.md, 1). Sums are integers, so their order
 * does not matter; they hold 2^34 frames of full scale.
 */
import { FORMAT_F32, FORMAT_F64 } from "../generated/status";
import { measureVectors, vectorEnergy, vectorHighest, vectorLowest, vectorSum } from "./simd/measure";

/** Within 2 % of full scale: only there samples may be clipped. */
const LOUD: i32 = 32112;

/** Whether what is pushed is measured. */
export let measuring: bool = false;

/** How the sound is pushed; the numbers of all frames so far. Initial values are literals: a named one would make the compiler emit a start function. */
export let measuredChannels: i32 = 0;
export let measuredRate: i32 = 0;
export let measuredFrames: i64 = 0;
/** Of the mix of all channels: sum, and sum of squares. */
export let mixSum: i64 = 0;
export let mixEnergy: u64 = 0;
/** Of the samples of all channels: sum of squares. */
export let channelEnergy: u64 = 0;
/** Their extremes, and how often each occurs, counted where it is loud. */
export let highest: i32 = 0;
export let lowest: i32 = 0;
let atHighest: i64 = 0;
let atLowest: i64 = 0;
/** Of floats: the largest magnitude before it is limited, and whether any is NaN. */
export let largestFloat: f32 = 0;
export let hasNaN: bool = false;

let format: i32 = 0;

/** A new sound begins. */
export function startMeasuring(newFormat: i32, channels: i32, rate: i32): void {
  measuring = true;
  format = newFormat;
  measuredChannels = channels;
  measuredRate = rate;
  measuredFrames = 0;
  mixSum = 0;
  mixEnergy = 0;
  channelEnergy = 0;
  highest = -32768;
  lowest = 32767;
  atHighest = 0;
  atLowest = 0;
  largestFloat = 0;
  hasNaN = false;
}

/** The figures stay as they are. */
export function stopMeasuring(): void {
  measuring = false;
}

/** Samples of all channels that are clipped: those at an extreme, if it is near full scale. Whatever the bits of a format, its largest value is one. */
export function clippedSamples(): i64 {
  return (highest >= LOUD ? atHighest : 0) + (lowest <= -LOUD ? atLowest : 0);
}

/** int16 [count] of a sound with one channel, which need no decoding. */
export function measureMono(at: usize, count: i32): void {
  const before = mixEnergy;
  measureMix(at, count);
  channelEnergy += mixEnergy - before;
  if (blockHighest > highest) {
    highest = blockHighest;
    atHighest = 0;
  }
  if (blockLowest < lowest) {
    lowest = blockLowest;
    atLowest = 0;
  }
  if (highest >= LOUD && blockHighest == highest) atHighest += occurrences(at, count, highest);
  if (lowest <= -LOUD && blockLowest == lowest) atLowest += occurrences(at, count, lowest);
}

function occurrences(at: usize, count: i32, value: i32): i64 {
  let found = 0;
  for (const end = at + ((<usize>count) << 1); at < end; at += 2) found += i32(load<i16>(at) == value);
  return i64(found);
}

/** A sample of any channel, decoded, and where it is. */
export function measureSample(sample: i32, at: usize): void {
  channelEnergy += u64(sample * sample);
  if (sample >= highest) {
    if (sample > highest) atHighest = 0;
    highest = sample;
    atHighest++;
  }
  if (sample <= lowest) {
    if (sample < lowest) atLowest = 0;
    lowest = sample;
    atLowest++;
  }
  if (format == FORMAT_F32) measureFloat(load<f32>(at));
  else if (format == FORMAT_F64) measureFloat(float32Of(load<i64>(at)));
}

function measureFloat(value: f32): void {
  if (value != value) hasNaN = true;
  else largestFloat = max(largestFloat, abs(value));
}

/** A float64 without its last bits, in a module without float64; infinity from 2^128 on, 0 below 2^-126. */
function float32Of(bits: i64): f32 {
  const exponent = (i32(bits >> 52) & 0x7ff) - 1023;
  if (exponent == 1024 && (bits & 0xfffffffffffff) != 0) return f32.NaN;
  if (exponent < -126) return 0;
  return reinterpret<f32>(exponent > 127 ? 0x7f800000 : ((exponent + 127) << 23) | (i32(bits >> 29) & 0x7fffff));
}

/** Of the newest block. */
let blockHighest: i32 = 0;
let blockLowest: i32 = 0;

/** int16 [count], at most 16,384, the mix of all channels: adds to its sums. measureSample() has had the samples of the channels. */
export function measureMix(at: usize, count: i32): void {
  measuredFrames += i64(count);
  let sum = 0;
  let energy: u64 = 0;
  let most = -32768;
  let least = 32767;
  if (ASC_FEATURE_SIMD) {
    const vectors = count & ~7;
    measureVectors(at, vectors);
    sum = vectorSum;
    energy = vectorEnergy;
    most = vectorHighest;
    least = vectorLowest;
    at += (<usize>vectors) << 1;
    count -= vectors;
  }
  for (const end = at + ((<usize>count) << 1); at < end; at += 2) {
    const sample = i32(load<i16>(at));
    sum += sample;
    energy += u64(sample * sample);
    most = max(most, sample);
    least = min(least, sample);
  }
  mixSum += i64(sum);
  mixEnergy += energy;
  blockHighest = most;
  blockLowest = least;
}

/** Figures of the sound that was pushed, and warnings: what makes an answer to it doubtful (docs/arithmetic.md, 1). */
import { ln } from "./frontend/ln";
import { INPUT_FIGURES } from "./generated/memory_map";
import { SAMPLE_RATE } from "./generated/model";
import {
  WARNING_CHANNELS_CANCEL,
  WARNING_CLIPPED,
  WARNING_CONSTANT,
  WARNING_DC_OFFSET,
  WARNING_FAR_ABOVE_FULL_SCALE,
  WARNING_NOT_A_NUMBER,
  WARNING_SILENT,
} from "./generated/status";
import { lengthAt16k } from "./sound/input";
import {
  channelEnergy,
  clippedSamples,
  hasNaN,
  highest,
  largestFloat,
  lowest,
  measuredChannels,
  measuredFrames,
  measuredRate,
  mixEnergy,
  mixSum,
} from "./sound/measure";

/** Parts of full scale in the record, and the largest peak that fits it. */
const PEAK_UNIT: i32 = 10000;
const LARGEST_PEAK: f32 = 200000;
/** rmsDb of digital silence, and the least of any sound. */
const LEAST_RMS: i32 = -12000;
/** Hundredths of a dB per unit of the natural logarithm of an energy: 1000 / ln 10. */
const HUNDREDTHS: f32 = 434.29448;
const FULL_SCALE_ENERGY: f32 = 1073741824;

/** Less energy is silence: -70 dB. */
const SILENT_ENERGY: u64 = 107;
/** Floats are in another unit if the peak is more than 6 dB above full scale and more than one sample in FAR_PARTS is clipped. */
const FAR_PEAK: i32 = 2 * PEAK_UNIT;
const FAR_PARTS: i64 = 4;
/** More than one clipped sample in CLIPPED_PARTS is worth a warning. */
const CLIPPED_PARTS: i64 = 100;
/** The mix of n channels with nothing in common has 1/n of their mean energy. With less than an eighth of that they cancel. */
const CANCELED: f32 = 8;

/** Where the record is, written anew: durationMs, sampleRate, channels, peak, rmsDb, clippedShare, warnings, int32 each. */
export function inputFigures(): usize {
  const samples = measuredFrames * i64(measuredChannels);
  const peak = peakOfSound();
  const durationMs = measuredFrames == 0 ? 0 : (1000 * lengthAt16k(measuredFrames, measuredRate)) / i64(SAMPLE_RATE);
  store<i32>(INPUT_FIGURES, i32(min<i64>(durationMs, i32.MAX_VALUE)));
  store<i32>(INPUT_FIGURES, measuredRate, 4);
  store<i32>(INPUT_FIGURES, measuredChannels, 8);
  store<i32>(INPUT_FIGURES, peak, 12);
  store<i32>(INPUT_FIGURES, rms(), 16);
  store<i32>(INPUT_FIGURES, samples == 0 ? 0 : i32((1000000 * clippedSamples()) / samples), 20);
  store<i32>(INPUT_FIGURES, samples == 0 ? 0 : warnings(samples, peak), 24);
  return INPUT_FIGURES;
}

function peakOfSound(): i32 {
  if (largestFloat > 0) return i32(nearest<f32>(min<f32>(largestFloat, LARGEST_PEAK) * f32(PEAK_UNIT)));
  return measuredFrames == 0 ? 0 : (max(highest, -lowest) * PEAK_UNIT + 16384) >> 15;
}

/** Of the mix, in hundredths of a dB of full scale. */
function rms(): i32 {
  const energy = roughly(mixEnergy) / roughly(measuredFrames) / FULL_SCALE_ENERGY;
  return mixEnergy == 0 ? LEAST_RMS : max(LEAST_RMS, i32(nearest<f32>(ln(energy) * HUNDREDTHS)));
}

/** As float32, cut to its 24 bits; C compilers call a function of a library for a conversion of 64 bits. */
function roughly(value: u64): f32 {
  let unit: f32 = 1;
  for (; value >= 1 << 24; value >>= 1) unit *= 2;
  return f32(i32(value)) * unit;
}

function warnings(samples: i64, peak: i32): i32 {
  const clipped = clippedSamples();
  let set = hasNaN ? WARNING_NOT_A_NUMBER : warningOfMix(samples);
  if (peak > FAR_PEAK && FAR_PARTS * clipped > samples) set |= WARNING_FAR_ABOVE_FULL_SCALE;
  else if (CLIPPED_PARTS * clipped > samples && set != WARNING_CONSTANT) set |= WARNING_CLIPPED;
  return set;
}

/** At most one: of what is not heard, the reason. */
function warningOfMix(samples: i64): i32 {
  const channels = f32(measuredChannels);
  // sum of (x - mean)^2 = energy - 2 mean sum + n mean^2: it fits, whatever wraps around on the way. A rounded mean makes it larger by less than n.
  const mean = mixSum / measuredFrames;
  const constant = u64(measuredFrames * mean * mean);
  const rest = mixEnergy - u64(2 * mean * mixSum) + constant;
  let warning = rest < constant ? WARNING_DC_OFFSET : 0;
  if (rest < SILENT_ENERGY * u64(measuredFrames)) warning = WARNING_CONSTANT;
  if (roughly(mixEnergy) * CANCELED * channels * channels < roughly(channelEnergy)) warning = WARNING_CHANNELS_CANCEL;
  if (channelEnergy < SILENT_ENERGY * u64(samples)) warning = WARNING_SILENT;
  return warning;
}

/** Figures of the sound that was pushed, and warnings: what makes an answer to it doubtful (docs/arithmetic.md, 1). */
import { ln } from "./frontend/ln";
import { INPUT_FIGURES } from "./generated/memory_map";
import { SAMPLE_RATE } from "./generated/model";
import {
  WARNING_CHANNELS_CANCEL,
  WARNING_CLIPPED,
  WARNING_CONSTANT,
  WARNING_FAR_ABOVE_FULL_SCALE,
  WARNING_NOT_A_NUMBER,
  WARNING_SILENT,
} from "./generated/status";
import { lengthAt16k } from "./sound/input";
import {
  channelEnergy,
  clippedSamples,
  hasNaN,
  largestFloat,
  largestSample,
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
/** A larger peak is a mix-up of units: 6 dB above full scale does happen. */
const FAR_PEAK: i32 = 2 * PEAK_UNIT;
/** The mix of n channels with nothing in common has 1/n of their mean energy. With less than an eighth of that they cancel. */
const CANCELED: f32 = 8;
/** Share of the energy that is direct current in a sound without a voice. */
const CONSTANT: f32 = 0.999;

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
  store<i32>(INPUT_FIGURES, samples == 0 ? 0 : i32((1000000 * clippedSamples) / samples), 20);
  store<i32>(INPUT_FIGURES, samples == 0 ? 0 : warnings(samples, peak), 24);
  return INPUT_FIGURES;
}

function peakOfSound(): i32 {
  if (largestFloat > 0) return i32(nearest<f32>(min<f32>(largestFloat, LARGEST_PEAK) * f32(PEAK_UNIT)));
  return (largestSample * PEAK_UNIT + 16384) >> 15;
}

/** Of the mix, in hundredths of a dB of full scale. */
function rms(): i32 {
  if (mixEnergy == 0) return LEAST_RMS;
  return max(LEAST_RMS, i32(nearest<f32>(ln(f32(mixEnergy) / f32(measuredFrames) / FULL_SCALE_ENERGY) * HUNDREDTHS)));
}

function warnings(samples: i64, peak: i32): i32 {
  const far = peak > FAR_PEAK;
  let set = far ? WARNING_FAR_ABOVE_FULL_SCALE : 0;
  const channels = f32(measuredChannels);
  const mix = f32(mixEnergy);
  const sum = f32(mixSum);
  if (channelEnergy < SILENT_ENERGY * u64(samples)) set |= WARNING_SILENT;
  else if (mix * CANCELED * channels * channels < f32(channelEnergy)) set |= WARNING_CHANNELS_CANCEL;
  else if (sum * sum >= CONSTANT * f32(measuredFrames) * mix) set |= WARNING_CONSTANT;
  if (!far && 100 * clippedSamples > samples) set |= WARNING_CLIPPED;
  return hasNaN ? set | WARNING_NOT_A_NUMBER : set;
}

import type { FrontEnd } from "../../ts-tools/model/model_types.js";
import { cosineTable } from "./cosine_table.js";
import { logarithm } from "./logarithm.js";
import { melBins, melFilterBank } from "./mel.js";
import { normalizer, type SpeakerStatistics, type WeightedMean } from "./normalization.js";
import { clamp, f32 } from "./rounding.js";
import { magnitudeSpectrum } from "./spectrum.js";

/** float32 MFCCs, row major [frames, coefficients]. */
export interface MfccMatrix {
  frames: number;
  coefficients: number;
  values: Float32Array;
  /** Frames with speech; 0 if the front end does not normalize. */
  speechFrames: number;
}

/** What a front end that normalizes knows of the speaker: the mean that was loaded, and the statistics that grow with the segment. */
export interface Speaker {
  carried?: Float32Array | undefined;
  learned?: SpeakerStatistics;
  /** The same of the answers. */
  carriedAnswer?: WeightedMean | undefined;
  learnedAnswer?: WeightedMean;
}

/**
 * Leveled int16 samples [windowSamples] to MFCCs (docs/arithmetic.md, section 4), normalized if the front end says so. Frames are not padded: the last one ends
 * inside.
 */
export function mfccMatrix(samples: Int16Array, frontEnd: FrontEnd, { carried, learned }: Speaker = {}): MfccMatrix {
  const { frameSamples, hopSamples, melBands, coefficients, normalization } = frontEnd;
  const heard = { frames: 0 };
  const normalized = normalization && normalizer(frontEnd, normalization, carried, learned, heard);
  const frames = frameCount(frontEnd);
  const bins = melBins(frontEnd);
  const values = new Float32Array(frames * coefficients);
  for (let t = 0; t < frames; t++) {
    const frame = samples.slice(t * hopSamples, t * hopSamples + frameSamples);
    const silent = frame.every((sample) => sample === 0);
    const row = silent ? undefined : cepstrum(logMel(melFilterBank(magnitudeSpectrum(frame), bins, melBands), frontEnd), frontEnd);
    values.set(normalized ? normalized(row) : (row ?? silentFrame(frontEnd)), t * coefficients);
  }
  return { frames, coefficients, values, speechFrames: heard.frames };
}

export function frameCount(frontEnd: FrontEnd): number {
  return Math.floor((frontEnd.windowSamples - frontEnd.frameSamples) / frontEnd.hopSamples) + 1;
}

/** A frame of zeros: the zeroth MFCC of an empty filter bank (the lower clip, for the reference front end), all others exactly 0. */
function silentFrame(frontEnd: FrontEnd): Float32Array {
  const row = new Float32Array(frontEnd.coefficients);
  row[0] = cepstrum(logMel(new Float32Array(frontEnd.melBands), frontEnd), frontEnd)[0]!;
  return row;
}

/** ln(filter + floor), float32 [bands]. */
export function logMel(filter: Float32Array, frontEnd: FrontEnd): Float32Array {
  return filter.map((energy) => logarithm(f32(energy + f32(frontEnd.logFloor))));
}

/**
 * DCT-II of float32 [bands], every coefficient scaled by 2 / sqrt(2 bands): float32 [coefficients], clipped unless they are normalized later.
 * The bands are folded first, because the cosine of an even coefficient is even about the middle and that of an odd one odd.
 */
export function cepstrum(logBands: Float32Array, frontEnd: FrontEnd): Float32Array {
  const { coefficients, clip, normalization } = frontEnd;
  const bands = logBands.length;
  if (bands % 2 !== 0) throw new Error(`The DCT folds the mel bands in two, but there are ${bands}; choose an even number.`);
  const period = 4 * bands;
  const table = cosineTable(period);
  const scale = f32(2 / Math.sqrt(2 * bands));
  const mfcc = new Float32Array(coefficients);
  for (let k = 0; k < coefficients; k++) {
    let sum = 0;
    for (let n = 0; n < bands / 2; n++) {
      const [front, back] = [logBands[n]!, logBands[bands - 1 - n]!];
      const folded = k % 2 === 0 ? f32(front + back) : f32(front - back);
      const j = ((2 * n + 1) * k) % period;
      const product = f32(folded * table[j <= period / 2 ? j : period - j]!);
      sum = n === 0 ? product : f32(sum + product);
    }
    mfcc[k] = normalization ? f32(sum * scale) : clamp(f32(sum * scale), f32(-clip), f32(clip));
  }
  return mfcc;
}

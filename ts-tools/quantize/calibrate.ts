/**
 * Chooses the scale of every activation from a set of recordings. 7 bits leave 127 steps: a range that reaches to the largest
 * activation ever seen wastes most of them on values that hardly occur, so the range is the one with the least squared error, clipping and
 * rounding together, over the histogram.
 */
import type { FloatModel } from "../model/float_model.js";
import { ACTIVATIONS, type ActivationName } from "../model/layer_shapes.js";
import { ACTIVATION_LEVELS, FEATURE_LEVELS } from "../model/levels.js";
import { ModelError } from "../model/model_error.js";
import type { ActivationScales } from "../model/model_types.js";
import { floatNetwork } from "./float_forward.js";
import { ActivationHistogram } from "./histogram.js";
import { leastCostScale, scaleCost } from "./scale_cost.js";

/** MFCCs of one recording's segment, float32 [frames, coefficients], and the name it has in messages. */
export interface CalibrationSegment {
  file: string;
  mfcc: Float32Array;
}

/**
 * The features have 32,767 steps, so clipping matters, not rounding: the range is twice the largest value seen. That costs 6 of about 80 dB.
 */
const FEATURE_HEADROOM = 2;

/** What a scale does to the calibration set. Signal-to-noise in dB, null where there is no noise (or no signal). */
export interface ScaleQuality {
  scale: number;
  /** The largest value that the scale represents: levels * scale. */
  range: number;
  /** Share of all values, zeros included, that are above the range. */
  clippedShare: number;
  clippingSnr: number | null;
  roundingSnr: number | null;
  snr: number | null;
}

export interface ActivationCalibration {
  name: ActivationName;
  levels: number;
  /** The largest value seen. */
  largest: number;
  chosen: ScaleQuality;
  /** The same for a range up to the largest value. */
  fullRange: ScaleQuality;
}

export interface Calibration {
  scales: ActivationScales;
  segments: number;
  activations: ActivationCalibration[];
}

/** 10 log10(signal / noise), null where either is zero. */
export function decibels(signal: number, noise: number): number | null {
  return signal > 0 && noise > 0 ? 10 * Math.log10(signal / noise) : null;
}

function scaleQuality(histogram: ActivationHistogram, scale: number, levels: number): ScaleQuality {
  const cost = scaleCost(histogram, scale, levels);
  // A histogram cannot tell the error of steps finer than its bins; values are then taken as evenly spread.
  const rounding = scale < 4 * histogram.binWidth ? (histogram.count * scale * scale) / 12 : cost.rounding;
  return {
    scale,
    range: levels * scale,
    clippedShare: histogram.count > 0 ? cost.clipped / histogram.count : 0,
    clippingSnr: decibels(histogram.energy, cost.clipping),
    roundingSnr: decibels(histogram.energy, rounding),
    snr: decibels(histogram.energy, cost.clipping + rounding),
  };
}

function calibrateActivation(name: ActivationName, histogram: ActivationHistogram): ActivationCalibration {
  const isFeatures = name === "features";
  const levels = isFeatures ? FEATURE_LEVELS : ACTIVATION_LEVELS;
  const fullScale = (histogram.largest || 1) / levels;
  const scale = isFeatures ? fullScale * FEATURE_HEADROOM : leastCostScale(histogram, levels);
  return {
    name,
    levels,
    largest: histogram.largest,
    chosen: scaleQuality(histogram, scale, levels),
    fullRange: scaleQuality(histogram, fullScale, levels),
  };
}

/** One scale per activation, in the order of ACTIVATIONS, as the named fields of the manifest. */
export function toActivationScales(scales: readonly number[]): ActivationScales {
  const [bodyOne, first, second, third, fourth, features] = scales as [number, number, number, number, number, number];
  return { bodyOne, bodyTwo: [first, second, third, fourth], features };
}

/** Throws a ModelError unless a segment has as many MFCCs as the model takes. */
export function checkSegment({ frames, coefficients }: { frames: number; coefficients: number }, segment: CalibrationSegment): void {
  const { length } = segment.mfcc;
  if (length === frames * coefficients) return;
  throw new ModelError(
    `${segment.file} has ${length} MFCCs, but the model takes ${frames} frames of ${coefficients}; use the model's own front end.`,
  );
}

/** Runs the float network over the segments and chooses the scales. Throws a ModelError without segments and for values that are not finite. */
export function calibrate(model: FloatModel, segments: readonly CalibrationSegment[]): Calibration {
  if (segments.length === 0) throw new ModelError("calibration needs at least one recording; add some.");
  const run = floatNetwork(model);
  const histograms = ACTIVATIONS.map(() => new ActivationHistogram());
  for (const segment of segments) {
    checkSegment(model, segment);
    run(segment.mfcc, (name, tensor) => {
      const finite = histograms[ACTIVATIONS.indexOf(name)]!.add(tensor);
      if (!finite)
        throw new ModelError(
          `the float model computes a value that is not a finite number in ${name} for ${segment.file}; train the model again or leave the recording out.`,
        );
    });
  }
  const activations = ACTIVATIONS.map((name, index) => calibrateActivation(name, histograms[index]!));
  return { scales: toActivationScales(activations.map((each) => each.chosen.scale)), segments: segments.length, activations };
}

/** Small float models with random weights and widths that are not multiples of four, and recordings for them. */
import type { FloatConvolution, FloatDense, FloatModel } from "../../ts-tools/model/float_model.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { FrontEnd, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { type Calibration, type CalibrationSegment, calibrate } from "../../ts-tools/quantize/calibrate.js";
import { quantizeModel } from "../../ts-tools/quantize/quantize.js";
import { Random } from "../support/random.js";
import { randomMfcc } from "../support/random_model.js";

/** 19 frames of 11: every pooling in height and width has windows over the edge. */
export const SMALL_FRONT_END: FrontEnd = { ...REFERENCE_FRONT_END, windowSamples: 1024 + 18 * 256 + 7, coefficients: 11 };
export const SMALL_FRAMES = 19;
export const SMALL_CLASSES = ["one", "two", "three", "four", "five"];

function convolution(random: Random, name: string, kernel: [number, number], inputs: number, outputs: number): FloatConvolution {
  const count = kernel[0] * kernel[1] * inputs;
  const spread = 1.5 / Math.sqrt(count);
  const weights = Float32Array.from({ length: count * outputs }, () => spread * random.normal());
  const bias = Float32Array.from({ length: outputs }, () => 0.2 * random.normal());
  return { name, kernelHeight: kernel[0], kernelWidth: kernel[1], inputChannels: inputs, outputChannels: outputs, weights, bias };
}

export function smallModel(seed: number): FloatModel {
  const random = new Random(seed);
  const features = 14;
  const classes = SMALL_CLASSES.length;
  return {
    format: "random",
    frames: SMALL_FRAMES,
    coefficients: SMALL_FRONT_END.coefficients,
    bodyOne: [
      convolution(random, "temporal", [11, 1], 1, 3),
      convolution(random, "spectral", [1, 9], 1, 5),
      convolution(random, "both", [3, 3], 1, 4),
    ],
    bodyTwo: [
      convolution(random, "conv_a", [3, 3], 12, 6),
      convolution(random, "conv_b", [3, 3], 6, 9),
      convolution(random, "conv_c", [3, 3], 9, 8),
      convolution(random, "conv_d", [3, 3], 8, 7),
      convolution(random, "conv_e", [1, 1], 7, features),
    ],
    dense: {
      name: "dense",
      inputs: features,
      classes,
      weights: Float32Array.from({ length: features * classes }, () => random.normal()),
      bias: Float32Array.from({ length: classes }, () => random.normal()),
    },
  };
}

/** A voice head for a model like that; its values are on both sides of one half. */
export function smallVoice(seed: number): FloatDense {
  const random = new Random(seed);
  const weights = Float32Array.from({ length: 14 }, () => 3 * random.normal());
  return { name: "voice", inputs: 14, classes: 1, weights, bias: Float32Array.of(random.normal()) };
}

export function smallSegments(seed: number, count: number): CalibrationSegment[] {
  const random = new Random(seed);
  const { coefficients, clip } = SMALL_FRONT_END;
  return Array.from({ length: count }, (_, i) => ({ file: `recording ${i}`, mfcc: randomMfcc(random, SMALL_FRAMES, coefficients, clip) }));
}

/** A small model with its calibration and its integers, with a voice head if one is given. */
export function smallQuantized(
  seed: number,
  voice?: FloatDense,
): { float: FloatModel; calibration: Calibration; quantized: QuantizedModel } {
  const float = { ...smallModel(seed), ...(voice && { voice }) };
  const calibration = calibrate(float, smallSegments(seed + 1000, 8));
  return { float, calibration, quantized: quantizeModel(float, calibration.scales, SMALL_FRONT_END) };
}

/** What a manifest of that model is made of. */
export function smallManifestInput(seed: number, voice?: FloatDense) {
  const { float, quantized, calibration } = smallQuantized(seed, voice);
  return {
    id: "small",
    sourceFile: "small.tflite",
    sourceSha256: "0123456789abcdef".repeat(4),
    classes: SMALL_CLASSES,
    acceptThreshold: 0.6,
    frontEnd: SMALL_FRONT_END,
    float,
    quantized,
    activationScales: calibration.scales,
    version: "0.1.0",
  };
}

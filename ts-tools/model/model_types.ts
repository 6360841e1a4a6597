/**
 * What the quantizer passes to the emitter, and the manifest (`model.json`), the home of every number of a model: front end, shapes, classes,
 * scales. Nothing outside the manifest and the files generated from it repeats these numbers.
 */

import type { DimensionName } from "./dimension_name.js";
import type { InputAffine } from "./input_affine.js";

export type { DimensionName };

/** The parameters of the front end; the reference's values are in `front_end.ts`. */
export interface FrontEnd {
  /** Hz of the network's samples. */
  sampleRate: number;
  /** Samples of one segment: 48,000 (3 s). */
  windowSamples: number;
  /** Samples of a frame, a power of two, and from one frame to the next. */
  frameSamples: number;
  hopSamples: number;
  melBands: number;
  /** Hz, the edges of the mel filter bank. */
  melLowHz: number;
  melHighHz: number;
  /** Added before the logarithm. */
  logFloor: number;
  coefficients: number;
  /** MFCCs are clipped to [-clip, clip]. */
  clip: number;
  /** What is subtracted from the coefficients before the clip; without it nothing is. */
  normalization?: Normalization;
}

/**
 * A causal running mean of the coefficients over frames with speech (docs/arithmetic.md, section 4). The zeroth coefficient counts as the mean log energy of the
 * mel bands, in nepers.
 */
export interface Normalization {
  kind: "runningMean";
  /** Frames with speech after which an older frame counts 1/e. */
  horizon: number;
  /** How many frames the mean counts as at the start of a segment: `mean`, or one that was carried over from earlier sound. */
  startWeight: number;
  carriedWeight: number;
  /** The zeroth coefficient, its mean subtracted, times this. */
  energyScale: number;
  /** The part of the mean that is subtracted, 0..1. */
  share: number;
  /** Nepers: a frame further below the loudest frame so far has no speech. */
  speechRange: number;
  /** Nepers: a frame at or below it is silent, and treated as a frame of zeros. */
  speechFloor: number;
  /** The mean of the training corpora, [coefficients]. */
  mean: readonly number[];
}

/**
 * A linear function of the logarithms of the probabilities, before the logistic function (docs/arithmetic.md, section 6). In light-sernet.json any numbers; in
 * a quantized model integers in units of 2^-16.
 */
export interface Dimension {
  /** One for each class. */
  weights: readonly number[];
  bias: number;
}

/**
 * A speaker's mean answer, which is kept with the statistics of the normalization: once loaded, a part of it is subtracted from later answers
 * (docs/arithmetic.md, section 8).
 */
export interface SpeakerAnswers {
  /** The part of the mean that is subtracted when there are many answers, 0..1. */
  share: number;
  /** How many answers the absence of a correction counts as. */
  weight: number;
  /** Answers after which an older one counts 1/e. */
  horizon: number;
  /** Frames with speech that a segment needs to be included. */
  leastSpeech: number;
}

/**
 * Whether somebody speaks at all, as light-sernet.json has it: the logistic function of a linear function of the globally averaged features (docs/arithmetic.md,
 * sections 5 and 6).
 */
export interface VoiceHead {
  /** One for each channel of the last convolution. */
  weights: readonly number[];
  bias: number;
}

/** What a model says of an answer besides the probabilities; a model may have none of it. */
export interface AnswerRules {
  dimensions?: Partial<Record<DimensionName, Dimension>>;
  speakerAnswers?: SpeakerAnswers;
  /** An answer to a segment with fewer frames with speech is uncertain, whatever its probability. */
  leastSpeechFrames?: number;
}

/** One int8 convolution. */
export interface QuantizedConvolution {
  /** temporal, spectral, both, body2_1 ... body2_5. */
  name: string;
  kernelHeight: number;
  kernelWidth: number;
  inputChannels: number;
  outputChannels: number;
  /** int8 [outputChannels, kernelHeight, kernelWidth, inputChannels]. */
  weights: Int8Array;
  /** float [outputChannels]: real weight = weights * weightScales. */
  weightScales: Float64Array;
  /** int32 [outputChannels], units of inputScale * weightScales. */
  bias: Int32Array;
  /** int32 [outputChannels] in [2^30, 2^31), and right shifts, for the full pooling window (for the last layer: all elements). */
  multiplier: Int32Array;
  shift: Uint8Array;
  inputScale: number;
  outputScale: number;
  /** Average pooling: 2x2, 2x1; the last layer pools everything (0, 0). */
  poolHeight: number;
  poolWidth: number;
}

/** The int8 head, or the voice head with its one output. */
export interface QuantizedDense {
  name: string;
  inputs: number;
  classes: number;
  /** int8 [classes, inputs], one scale. */
  weights: Int8Array;
  weightScale: number;
  /** int32 [classes], units of inputScale * weightScale. */
  bias: Int32Array;
  inputScale: number;
  /** float32: real logit = logit * logitScale. */
  logitScale: number;
}

export interface QuantizedModel {
  frames: number;
  coefficients: number;
  /** In steps of the quantized input, float32; default: the front end's clip is INPUT_LEVELS. */
  input?: InputAffine;
  /** temporal, spectral, both. */
  bodyOne: QuantizedConvolution[];
  /** four 3x3, then 1x1. */
  bodyTwo: QuantizedConvolution[];
  dense: QuantizedDense;
  /** Of a model with a voice head: one output with a scale of its own. */
  voice?: QuantizedDense;
}

/** `model.json`, version 1. */
export interface Manifest extends AnswerRules {
  format: "light-sernet";
  formatVersion: 1;
  /** A name that a person chose or the build derived, e.g. "emodb-full-ce". */
  id: string;
  /** SHA-256 (hex) of the quantized weights file. */
  sha256: string;
  /** The file it was imported from. */
  source: { format: string; file: string; sha256: string };
  /** Of the weights, in words; absent if nobody said it. No module holds it. */
  license?: string;
  classes: string[];
  /** float32, 0..1: an answer whose largest probability is below it is uncertain; 0 accepts every answer. */
  acceptThreshold: number;
  /** Without the normalization, which is a field of its own. */
  frontEnd: Omit<FrontEnd, "normalization">;
  /** Absent: nothing is subtracted. */
  normalization?: Normalization;
  /** float32, in steps of the quantized input. Absent: the MFCCs are taken as they are. */
  inputAffine?: InputAffine;
  /** float32: the real value of one step of the voice head's output. Absent: the model has none. */
  voice?: { scale: number };
  network: {
    frames: number;
    coefficients: number;
    layers: {
      name: string;
      kernelHeight: number;
      kernelWidth: number;
      inputChannels: number;
      outputChannels: number;
      poolHeight: number;
      poolWidth: number;
      inputScale: number;
      outputScale: number;
    }[];
    dense: { inputs: number; classes: number; inputScale: number; weightScale: number; logitScale: number };
    parameters: number;
    weightBytes: number;
    multiplyAccumulates: number;
  };
  /** Activation scales, enough to quantize the same float weights again without recordings. */
  activationScales: ActivationScales;
  version: string;
}

/** One scale for each layer's output, in the order of the data; the field `activationScales` of light-sernet.json and of a built model.json. */
export interface ActivationScales {
  /** The concatenated output of body I (all three paths share it). */
  bodyOne: number;
  /** Outputs of body II 1..4. */
  bodyTwo: [number, number, number, number];
  /** The globally averaged features, 0..32767. */
  features: number;
}

/**
 * A trained Light-SERNet as every importer returns it: batch norm folded, layout [kernelHeight, kernelWidth, input, output]
 * (height is time, width is the cepstral coefficient), layers in the order of the data.
 */

import type { InputAffine } from "./input_affine.js";

/** One convolution with its bias; ReLU always follows. */
export interface FloatConvolution {
  /** The layer's name in the source file, for messages. */
  name: string;
  kernelHeight: number;
  kernelWidth: number;
  inputChannels: number;
  outputChannels: number;
  /** float32 [kernelHeight, kernelWidth, inputChannels, outputChannels], batch norm folded in. */
  weights: Float32Array;
  /** float32 [outputChannels], batch norm folded in. */
  bias: Float32Array;
}

/** The last layer, or the voice head: logits = features [inputs] x weights [inputs, classes] + bias. */
export interface FloatDense {
  name: string;
  inputs: number;
  classes: number;
  /** float32 [inputs, classes]. */
  weights: Float32Array;
  /** float32 [classes]. */
  bias: Float32Array;
}

export interface FloatModel {
  /** The format it was read from, for messages and the manifest: "TensorFlow.js graph model", "Keras 3 .keras", ... */
  format: string;
  /** Frames (time) and cepstral coefficients of the input: 184 and 40 in the paper. */
  frames: number;
  coefficients: number;
  /** What happens to the MFCCs in front of body I; default: nothing. */
  input?: InputAffine;
  /** Body I in the order of the concatenation: 11x1 (temporal), 1x9 (spectral), 3x3 (both). */
  bodyOne: [FloatConvolution, FloatConvolution, FloatConvolution];
  /** Body II: four 3x3 convolutions, then the 1x1. */
  bodyTwo: [FloatConvolution, FloatConvolution, FloatConvolution, FloatConvolution, FloatConvolution];
  dense: FloatDense;
  /** The sidecar's voice head, with one output. */
  voice?: FloatDense;
}

/**
 * A trained Light-SERNet as every importer hands it on: batch norm folded, layout [kernelHeight, kernelWidth, input, output]
 * (height is time, width is the cepstral coefficient), the order in which the sound meets the layers.
 */

import { visible } from "../text/visible_text.js";

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

/** The last layer: logits = features [inputs] x weights [inputs, classes] + bias. */
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
  /** What it was read from, for messages and the manifest: "TensorFlow.js graph model", "Keras 3 .keras", ... */
  format: string;
  /** Frames (time) and cepstral coefficients of the input: 184 and 40 in the paper. */
  frames: number;
  coefficients: number;
  /** Body I in the order of the concatenation: 11x1 (temporal), 1x9 (spectral), 3x3 (both). */
  bodyOne: [FloatConvolution, FloatConvolution, FloatConvolution];
  /** Body II: four 3x3 convolutions, then the 1x1. */
  bodyTwo: [FloatConvolution, FloatConvolution, FloatConvolution, FloatConvolution, FloatConvolution];
  dense: FloatDense;
}

/** Longer than any sentence of ours with the names of a real model in it. */
const MOST_CHARACTERS = 1000;

/**
 * A model that cannot be read or is not a Light-SERNet. The message is one sentence: file, layer, what was expected. Names in it are the file's:
 * they are shown with hidden characters written out, and cut where they are endless.
 */
export class ModelError extends Error {
  override name = "ModelError";

  constructor(sentence: string, options?: ErrorOptions) {
    const text = visible(sentence);
    const half = MOST_CHARACTERS / 2;
    super(text.length <= MOST_CHARACTERS ? text : `${text.slice(0, half)} ... ${text.slice(-half)}`, options);
  }
}

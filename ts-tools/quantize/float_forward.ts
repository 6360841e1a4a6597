/** The float network in plain loops: the quantized one is calibrated on it and compared with it. */
import type { FloatConvolution, FloatDense, FloatModel } from "../model/float_model.js";
import { transformedInput } from "../model/input_affine.js";
import { ACTIVATIONS, type ActivationName, type LayerSize, layerSizes } from "../model/layer_shapes.js";
import { type PackedConvolution, packConvolution, rectifiedSums, windowCount } from "./convolution.js";

/** Receives every tensor that is quantized: pooled, [height, width, channels]; the features [channels]. The listener may keep the array. */
export type ActivationListener = (name: ActivationName, tensor: Float64Array) => void;

/** Takes the MFCCs of one segment, float32 [frames, coefficients], and returns the probabilities, float64 [classes]. */
export type FloatNetwork = (mfcc: Float32Array, listener?: ActivationListener) => Float64Array;

function pack(layer: FloatConvolution, size: LayerSize): PackedConvolution {
  return packConvolution(layer, size, layer.bias, (tap, output) => layer.weights[tap * layer.outputChannels + output]!);
}

/** Averages over the part of each window that is inside the tensor. */
function averagePooled(input: Float64Array, layer: PackedConvolution): Float64Array {
  const { size, shape } = layer;
  const averages = rectifiedSums(input, layer);
  let index = 0;
  for (let y = 0; y < size.pooledHeight; y++) {
    for (let x = 0; x < size.pooledWidth; x++) {
      const factor = 1 / windowCount(size, y, x);
      for (let c = 0; c < shape.outputChannels; c++, index++) averages[index] = averages[index]! * factor;
    }
  }
  return averages;
}

/** Concatenates [pixels, channels] tensors along the channels: [pixels, sum of the channels]. */
export function concatenateChannels(tensors: readonly Float64Array[], channels: readonly number[]): Float64Array {
  const pixels = tensors[0]!.length / channels[0]!;
  const total = channels.reduce((sum, count) => sum + count, 0);
  const joined = new Float64Array(pixels * total);
  let offset = 0;
  tensors.forEach((tensor, index) => {
    const count = channels[index]!;
    for (let pixel = 0; pixel < pixels; pixel++) joined.set(tensor.subarray(pixel * count, (pixel + 1) * count), pixel * total + offset);
    offset += count;
  });
  return joined;
}

/** exp(logit - largest) / total. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const largest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const exponentials = values.map((value) => Math.exp(value - largest));
  const total = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / total);
}

/** 1 / (1 + exp(-x)). */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** What a voice head says of the averaged features [inputs], which a listener receives; 0..1. */
export function floatVoice({ weights, bias }: FloatDense, features: Float64Array): number {
  return logistic(features.reduce((sum, feature, i) => sum + feature * weights[i]!, bias[0]!));
}

/** Prepares a model to run on many segments. */
export function floatNetwork(model: FloatModel): FloatNetwork {
  const sizes = layerSizes(model.frames, model.coefficients);
  const bodyOne = model.bodyOne.map((layer, index) => pack(layer, sizes.bodyOne[index]!));
  const bodyTwo = model.bodyTwo.map((layer, index) => pack(layer, sizes.bodyTwo[index]!));
  const pathChannels = model.bodyOne.map((layer) => layer.outputChannels);
  const { inputs, classes, weights, bias } = model.dense;

  return (mfcc, listener) => {
    const input = model.input ? transformedInput(mfcc, model.input) : Float64Array.from(mfcc);
    const paths = bodyOne.map((layer) => averagePooled(input, layer));
    let tensor = concatenateChannels(paths, pathChannels);
    listener?.(ACTIVATIONS[0], tensor);
    bodyTwo.forEach((layer, index) => {
      tensor = averagePooled(tensor, layer);
      listener?.(ACTIVATIONS[index + 1]!, tensor);
    });
    const logits = Float64Array.from(bias);
    for (let i = 0; i < inputs; i++) for (let c = 0; c < classes; c++) logits[c] = logits[c]! + tensor[i]! * weights[i * classes + c]!;
    return softmax(logits);
  };
}

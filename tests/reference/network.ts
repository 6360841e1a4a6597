import type { QuantizedConvolution, QuantizedDense, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { convolve, requireInt32, type Tensor } from "./convolution.js";
import { rectifyPoolRequantize } from "./pooling.js";
import { f32, nearest } from "./rounding.js";

/** The largest input integer: 13 bits with sign. */
const INPUT_MAXIMUM = 4095;

/** Everything the network computes for one window. */
export interface NetworkResult {
  /** The concatenated output of body I, then those of body II 1, 2, ...; the last one is 1x1xF: the features, 0..32767. */
  activations: Tensor[];
  /** int32 [classes]. */
  logits: Int32Array;
}

/** float32 MFCCs [frames, coefficients] to logits (docs/arithmetic.md, section 5). `clip` is the front end's. */
export function runNetwork(model: QuantizedModel, mfcc: Float32Array, clip: number): NetworkResult {
  return runQuantizedNetwork(model, quantizedInput(model, mfcc, clip));
}

/** MFCCs in [-clip, clip] to the integers that a model's body I takes. */
export function quantizedInput({ input, coefficients }: QuantizedModel, mfcc: Float32Array, clip: number): Int32Array {
  if (input === undefined) return quantizeInput(mfcc, clip);
  return Int32Array.from(mfcc, (value, index) => {
    const k = index % coefficients;
    const level = nearest(f32(f32(value * f32(input.factors[k]!)) + f32(input.offsets[k]!)));
    return Math.min(Math.max(level, -INPUT_MAXIMUM), INPUT_MAXIMUM);
  });
}

/** MFCCs in [-clip, clip] to integers in -4095..4095. */
export function quantizeInput(mfcc: Float32Array, clip: number): Int32Array {
  const scale = f32(INPUT_MAXIMUM / clip);
  return Int32Array.from(mfcc, (value) => nearest(f32(value * scale)));
}

/** Integers [frames, coefficients] in -4095..4095 to logits: the figure of the paper. */
export function runQuantizedNetwork(model: QuantizedModel, input: Int32Array): NetworkResult {
  const { frames, coefficients } = model;
  if (input.length !== frames * coefficients) {
    throw new Error(`The network needs ${frames} x ${coefficients} MFCCs and gets ${input.length} numbers; check the front end.`);
  }
  const image = { height: frames, width: coefficients, channels: 1, values: input };
  const activations = [concatenateChannels(model.bodyOne.map((path) => runLayer(image, path)))];
  for (const layer of model.bodyTwo) activations.push(runLayer(activations.at(-1)!, layer));
  return { activations, logits: dense(activations.at(-1)!.values, model.dense) };
}

function runLayer(input: Tensor, layer: QuantizedConvolution): Tensor {
  return rectifyPoolRequantize(convolve(input, layer), layer);
}

/** Tensors of one height and width, side by side in the channels, in their order. */
export function concatenateChannels(tensors: readonly Tensor[]): Tensor {
  const { height, width } = tensors[0]!;
  const channels = tensors.reduce((sum, tensor) => sum + tensor.channels, 0);
  const values = new Int32Array(height * width * channels);
  let first = 0;
  for (const tensor of tensors) {
    for (let pixel = 0; pixel < height * width; pixel++) {
      values.set(tensor.values.subarray(pixel * tensor.channels, (pixel + 1) * tensor.channels), pixel * channels + first);
    }
    first += tensor.channels;
  }
  return { height, width, channels, values };
}

/** int32 features [inputs] to int32 logits [classes]. */
export function dense(features: Int32Array, layer: QuantizedDense): Int32Array {
  if (features.length !== layer.inputs) {
    throw new Error(`Layer ${layer.name} needs ${layer.inputs} features and gets ${features.length}; check the model's shapes.`);
  }
  return layer.bias.map((bias, c) => {
    let sum = bias;
    for (let i = 0; i < layer.inputs; i++) sum += layer.weights[c * layer.inputs + i]! * features[i]!;
    return requireInt32(sum, layer.name);
  });
}

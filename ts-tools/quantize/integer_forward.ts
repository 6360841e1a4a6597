/** The quantized network on whole tensors (docs/arithmetic.md, section 5), for reports without a module. */

import { ACTIVATIONS, type LayerSize, layerSizes, weightsPerChannel } from "../model/layer_shapes.js";
import { ACTIVATION_LEVELS, FEATURE_LEVELS, INPUT_LEVELS } from "../model/levels.js";
import type { QuantizedConvolution, QuantizedDense, QuantizedModel } from "../model/model_types.js";
import { type PackedConvolution, packConvolution, rectifiedSums, windowCount } from "./convolution.js";
import { type ActivationListener, concatenateChannels, logistic, softmax } from "./float_forward.js";
import { requantize } from "./requantize.js";

export interface IntegerResult {
  /** int32 [classes]. */
  logits: Int32Array;
  /** float64 softmax of logits * logitScale, [classes]. (The module computes it in float32: the same to 1e-6.) */
  probabilities: Float64Array;
  /** Of a model with a voice head: its int32 output, and its float64 value, 0..1 (as precise). */
  voice?: { logit: number; value: number };
}

/** Takes MFCCs, float32 [frames, coefficients]; a listener receives every quantized tensor as real values (integer * scale). */
export type IntegerNetwork = (mfcc: Float32Array, listener?: ActivationListener) => IntegerResult;

function pack(layer: QuantizedConvolution, size: LayerSize): PackedConvolution {
  const taps = weightsPerChannel(layer);
  return packConvolution(layer, size, layer.bias, (tap, output) => layer.weights[output * taps + tap]!);
}

/** nearest(value), ties to even. */
function nearest(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return rest < 0.5 ? floor : floor + 1;
}

/** MFCCs to integers -INPUT_LEVELS..INPUT_LEVELS; factors, offsets, products and sums are float32 as in the module. */
function quantizeInput(mfcc: Float32Array, { input, coefficients, bodyOne }: QuantizedModel): Float64Array {
  const factor = Math.fround(1 / bodyOne[0]!.inputScale);
  if (input === undefined) return Float64Array.from(mfcc, (value) => nearest(Math.fround(value * factor)));
  const { factors, offsets } = input;
  return Float64Array.from(mfcc, (value, index) => {
    const k = index % coefficients;
    const level = nearest(Math.fround(Math.fround(value * factors[k]!) + offsets[k]!));
    return Math.max(-INPUT_LEVELS, Math.min(INPUT_LEVELS, level));
  });
}

/** One layer: integers in, integers 0..levels out, [pooledHeight, pooledWidth, outputChannels]. */
function integerLayer(input: Float64Array, layer: PackedConvolution, quantized: QuantizedConvolution, levels: number): Float64Array {
  const { size } = layer;
  const output = rectifiedSums(input, layer);
  let index = 0;
  for (let y = 0; y < size.pooledHeight; y++) {
    for (let x = 0; x < size.pooledWidth; x++) {
      // full / count is 1, 2 or 4 at the edges of a 2 x 2 window.
      const missing = Math.log2((size.windowHeight * size.windowWidth) / windowCount(size, y, x));
      for (let c = 0; c < quantized.outputChannels; c++, index++) {
        output[index] = requantize(output[index]!, quantized.multiplier[c]!, quantized.shift[c]! - missing, levels);
      }
    }
  }
  return output;
}

function dequantize(tensor: Float64Array, scale: number): Float64Array {
  return tensor.map((value) => value * scale);
}

/** int32 [classes] of features [inputs]. */
function integerDense(features: Float64Array, { inputs, classes, weights, bias }: QuantizedDense): Int32Array {
  const logits = new Int32Array(classes);
  for (let c = 0; c < classes; c++) {
    let sum = bias[c]!;
    for (let i = 0; i < inputs; i++) sum += features[i]! * weights[c * inputs + i]!;
    logits[c] = sum;
  }
  return logits;
}

/** Prepares a quantized model to run on many segments. */
export function integerNetwork(model: QuantizedModel): IntegerNetwork {
  const sizes = layerSizes(model.frames, model.coefficients);
  const bodyOne = model.bodyOne.map((layer, index) => pack(layer, sizes.bodyOne[index]!));
  const bodyTwo = model.bodyTwo.map((layer, index) => pack(layer, sizes.bodyTwo[index]!));
  const pathChannels = model.bodyOne.map((layer) => layer.outputChannels);
  const { dense, voice } = model;

  return (mfcc, listener) => {
    const input = quantizeInput(mfcc, model);
    const paths = bodyOne.map((layer, index) => integerLayer(input, layer, model.bodyOne[index]!, ACTIVATION_LEVELS));
    let tensor = concatenateChannels(paths, pathChannels);
    listener?.(ACTIVATIONS[0], dequantize(tensor, model.bodyOne[0]!.outputScale));
    bodyTwo.forEach((layer, index) => {
      const quantized = model.bodyTwo[index]!;
      const levels = index === bodyTwo.length - 1 ? FEATURE_LEVELS : ACTIVATION_LEVELS;
      tensor = integerLayer(tensor, layer, quantized, levels);
      listener?.(ACTIVATIONS[index + 1]!, dequantize(tensor, quantized.outputScale));
    });
    const logits = integerDense(tensor, dense);
    const probabilities = softmax(Array.from(logits, (logit) => logit * dense.logitScale));
    if (voice === undefined) return { logits, probabilities };
    const logit = integerDense(tensor, voice)[0]!;
    return { logits, probabilities, voice: { logit, value: logistic(logit * voice.logitScale) } };
  };
}

/**
 * Folds what is between a convolution and its ReLU into the convolution. Bias, batch norm, and the multiplications and
 * additions that converters make of it are all y = a x + b per output channel; they compose to one pair a, b, kept in float64 and rounded once.
 */

import type { BatchNormLayer, ConvolutionLayer, ScaleLayer, ShiftLayer, Weights } from "./layer_graph.js";
import { layerError } from "./layer_graph.js";

/** A layer that is y = a x + b per channel. */
export type AffineLayer = BatchNormLayer | ScaleLayer | ShiftLayer;

/**
 * Weights [kernelHeight, kernelWidth, inputChannels, outputChannels] and bias [outputChannels] of the convolution that does what a multiplication of the
 * input by `inputFactor`, `convolution` and then `affines`, in order, do.
 */
export function foldBatchNorm(
  source: string,
  convolution: ConvolutionLayer,
  affines: readonly AffineLayer[],
  inputFactor = 1,
): { weights: Float32Array; bias: Float32Array } {
  const channels = convolution.kernel.shape[3] ?? 0;
  const factor = new Float64Array(channels).fill(1);
  const offset = new Float64Array(channels);
  if (convolution.bias !== undefined) offset.set(perChannel(source, convolution, "bias", convolution.bias, channels));
  for (const layer of affines) compose(source, layer, factor, offset);

  const kernel = convolution.kernel.values;
  requireFinite(source, convolution, "kernel", kernel);
  const weights = new Float32Array(kernel.length);
  for (let i = 0; i < kernel.length; i++) weights[i] = kernel[i]! * inputFactor * factor[i % channels]!;
  const bias = Float32Array.from(offset);
  requireFinite(source, convolution, "folded kernel", weights);
  requireFinite(source, convolution, "folded bias", bias);
  return { weights, bias };
}

/** (factor, offset) becomes what it is after `layer`. */
function compose(source: string, layer: AffineLayer, factor: Float64Array, offset: Float64Array): void {
  const channels = factor.length;
  if (layer.kind === "scale") {
    const factors = perChannel(source, layer, "factor", layer.factor, channels);
    for (let c = 0; c < channels; c++) {
      factor[c]! *= factors[c]!;
      offset[c]! *= factors[c]!;
    }
    return;
  }
  if (layer.kind === "shift") {
    const offsets = perChannel(source, layer, "offset", layer.offset, channels);
    for (let c = 0; c < channels; c++) offset[c]! += offsets[c]!;
    return;
  }
  const mean = perChannel(source, layer, "moving mean", layer.mean, channels);
  const variance = perChannel(source, layer, "moving variance", layer.variance, channels);
  const gamma = layer.gamma && perChannel(source, layer, "gamma", layer.gamma, channels);
  const beta = layer.beta && perChannel(source, layer, "beta", layer.beta, channels);
  for (let c = 0; c < channels; c++) {
    const spread = variance[c]! + layer.epsilon;
    if (!(spread > 0)) throw layerError(source, layer, `has a variance of ${variance[c]} in channel ${c}`, "variance + epsilon above 0");
    const scale = (gamma?.[c] ?? 1) / Math.sqrt(spread);
    factor[c]! *= scale;
    offset[c] = (offset[c]! - mean[c]!) * scale + (beta?.[c] ?? 0);
  }
}

/** The values, one per channel: a single value applies to all channels, leading dimensions of 1 are ignored. */
function perChannel(source: string, layer: { name: string }, what: string, weights: Weights, channels: number): Float32Array {
  const { values, shape } = weights;
  requireFinite(source, layer, what, values);
  if (values.length === 1) return new Float32Array(channels).fill(values[0]!);
  if (values.length !== channels || shape.at(-1) !== channels) {
    throw layerError(source, layer, `has a ${what} of shape [${shape.join(", ")}]`, `${channels} values, one per channel`);
  }
  return values;
}

/** Throws when a value is NaN or infinite. */
export function requireFinite(source: string, layer: { name: string }, what: string, values: Float32Array): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) throw layerError(source, layer, `has ${values[index]} in its ${what} (element ${index})`, "finite numbers");
}

import { weightsPerChannel } from "./layer_shapes.js";
import type { QuantizedConvolution } from "./model_types.js";

/** The sum of |weight|. Multiplied by the largest input, it bounds every sum of products. */
export function absoluteSum(weights: Int8Array): number {
  return weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
}

/** The largest of these sums that an output channel of a layer has. */
export function largestAbsoluteSum(layer: QuantizedConvolution): number {
  return Math.max(...Array.from({ length: layer.outputChannels }, (_, channel) => absoluteSum(channelWeights(layer, channel))));
}

/** int8 [kernelHeight][kernelWidth][inputChannels] of one output channel. */
export function channelWeights(layer: QuantizedConvolution, channel: number): Int8Array {
  const count = weightsPerChannel(layer);
  return layer.weights.subarray(channel * count, (channel + 1) * count);
}

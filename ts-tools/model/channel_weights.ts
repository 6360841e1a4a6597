import { weightsPerChannel } from "./layer_shapes.js";
import type { QuantizedConvolution } from "./model_types.js";

/** The sum of |weight|. Multiplied by the largest input, it bounds every sum of products. */
export function absoluteSum(weights: Int8Array): number {
  return weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
}

/** int8 [kernelHeight][kernelWidth][inputChannels] of one output channel. */
export function channelWeights(layer: QuantizedConvolution, channel: number): Int8Array {
  const count = weightsPerChannel(layer);
  return layer.weights.subarray(channel * count, (channel + 1) * count);
}

/** Body II reads the concatenated paths of body I; its first kernel's input channels follow the order of the concatenation. */

import type { FloatConvolution } from "../model/float_model.js";

/**
 * The convolution with its input channels brought from the order of the source to the order 0, 1, 2, ... of the paths.
 * `order[i]` is the path that stands at place i of the source's concatenation, `widths[path]` its channels.
 */
export function permuteInputChannels(convolution: FloatConvolution, order: readonly number[], widths: readonly number[]): FloatConvolution {
  if (order.every((path, place) => path === place)) return convolution;
  const { kernelHeight, kernelWidth, inputChannels, outputChannels } = convolution;
  const sourceChannel = sourceChannels(order, widths);
  const weights = new Float32Array(convolution.weights.length);
  for (let tap = 0; tap < kernelHeight * kernelWidth; tap++) {
    const first = tap * inputChannels;
    for (let channel = 0; channel < inputChannels; channel++) {
      const from = (first + sourceChannel[channel]!) * outputChannels;
      weights.set(convolution.weights.subarray(from, from + outputChannels), (first + channel) * outputChannels);
    }
  }
  return { ...convolution, weights };
}

/** For each channel in the order of the paths, its channel in the source. */
function sourceChannels(order: readonly number[], widths: readonly number[]): number[] {
  const firstOf: number[] = [];
  let first = 0;
  for (const path of order) {
    firstOf[path] = first;
    first += widths[path]!;
  }
  return widths.flatMap((width, path) => Array.from({ length: width }, (_, channel) => firstOf[path]! + channel));
}

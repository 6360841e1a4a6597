/** The bounds that the kernels rely on, checked with a model's own weights: whatever passes here overflows nowhere. */

import { absoluteSum, channelWeights } from "../model/channel_weights.js";
import { ModelError } from "../model/model_error.js";
import type { QuantizedConvolution } from "../model/model_types.js";

const INT32_MAX = 2 ** 31 - 1;

/** Body I sums two products in one 64-bit word and reads them back from 24 bits each, sign included. */
const PACKED_SUM_LIMIT = 2 ** 23;

/** One channel of a convolution: no partial sum of products and bias, times the elements of the pooling window, leaves int32. */
export function checkConvolution(
  layer: QuantizedConvolution,
  channel: number,
  bias: number,
  inputLevels: number,
  windowElements: number,
): void {
  const bound = (absoluteSum(channelWeights(layer, channel)) * inputLevels + Math.abs(bias)) * windowElements;
  if (bound > INT32_MAX) {
    throw new ModelError(
      `${layer.name} can overflow 32 bits in channel ${channel}: its weights and bias, pooled over ${windowElements} elements, reach ${bound}.`,
    );
  }
}

/** The kernel of a path of body I: taps * largest input * largest weight must fit the packed sums whatever the weights are. */
export function checkPackedSums(name: string, taps: number, inputLevels: number, weightLevels: number): void {
  if (taps * inputLevels * weightLevels >= PACKED_SUM_LIMIT) {
    const most = Math.floor((PACKED_SUM_LIMIT - 1) / (inputLevels * weightLevels));
    throw new ModelError(`${name} has a kernel of ${taps} taps, but the packed sums of body I hold at most ${most}.`);
  }
}

/** One class of the dense layer: no partial sum leaves int32. */
export function checkDense(name: string, weights: Int8Array, index: number, bias: number, inputLevels: number): void {
  const bound = absoluteSum(weights) * inputLevels + Math.abs(bias);
  if (bound > INT32_MAX) throw new ModelError(`${name} can overflow 32 bits in class ${index}: its weights and bias reach ${bound}.`);
}

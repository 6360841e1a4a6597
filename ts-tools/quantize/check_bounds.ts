/** Checks a model's own weights against the bounds that the kernels rely on: a model that passes overflows nowhere. */

import { absoluteSum, channelWeights } from "../model/channel_weights.js";
import { PACKED_BITS } from "../model/levels.js";
import { ModelError } from "../model/model_error.js";
import type { QuantizedConvolution } from "../model/model_types.js";

const INT32_MAX = 2 ** 31 - 1;

/** Body I keeps two sums in one 64-bit word, 24 bits each, sign included. */
const PACKED_SUM_LIMIT = 2 ** (PACKED_BITS - 1);

/** One channel of a convolution: no partial sum of products and bias, times the elements of the pooling window, exceeds int32. Throws a ModelError. */
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
      `${layer.name} can overflow 32 bits in channel ${channel}: its weights and bias, pooled over ${windowElements} elements, reach ${bound}; train with smaller weights, fewer channels or a shorter window.`,
    );
  }
}

/** The kernel of a path of body I: taps * largest input * largest weight must fit the packed sums with any weights. Throws a ModelError. */
export function checkPackedSums(name: string, taps: number, inputLevels: number, weightLevels: number): void {
  if (taps * inputLevels * weightLevels >= PACKED_SUM_LIMIT) {
    const most = Math.floor((PACKED_SUM_LIMIT - 1) / (inputLevels * weightLevels));
    throw new ModelError(`${name} has a kernel of ${taps} taps, but the packed sums of body I hold at most ${most}; use a smaller kernel.`);
  }
}

/** One output of a dense layer, `where` in it: no partial sum exceeds int32. Throws a ModelError. */
export function checkDense(name: string, weights: Int8Array, where: string, bias: number, inputLevels: number): void {
  const bound = absoluteSum(weights) * inputLevels + Math.abs(bias);
  if (bound > INT32_MAX)
    throw new ModelError(
      `${name} can overflow 32 bits${where}: its weights and bias reach ${bound}; train with smaller weights or fewer channels.`,
    );
}

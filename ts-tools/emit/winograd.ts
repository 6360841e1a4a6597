/**
 * Which layers of body II `convolveWinograd` may compute (assembly/kernels/convolve_winograd.template.ts), decided with their real weights: its lower channel of two
 * must stay within 22 bits in every block of taps. `convolvePacked` computes the others, which is exact for any weights.
 */
import { WINOGRAD_BITS } from "../model/levels.js";
import type { QuantizedConvolution } from "../model/model_types.js";
import { templateConstant } from "./kernel_templates.js";

/** Kernel rows of Winograd's F(2, 3). */
const ROWS = 3;
/** Activations are taken relative to this, so that sums of two fit in int8: -64..63. */
export const ACTIVATION_CENTER = 64;
/** The lower channel's sum is read back from that many bits, sign included. */
const SUM_LIMIT = 2 ** (WINOGRAD_BITS - 1);
/** With more blocks than that, `convolvePacked` is as fast. */
const MOST_BLOCKS = 4;

/** Taps of a block: the longest that is safe; 0 where none is. */
export function winogradBlock(layer: QuantizedConvolution): number {
  const run = layer.kernelWidth * layer.inputChannels;
  if (layer.kernelHeight !== ROWS || run % 4 !== 0) return 0;
  // Whole turns of the kernel's unrolled loop.
  const multiple = templateConstant("convolve_winograd", "UNROLLED");
  for (let blocks = 1; blocks <= MOST_BLOCKS; blocks++) {
    const taps = blocks === 1 ? run : multiple * Math.ceil(run / blocks / multiple);
    if (largestBlockSum(layer, taps) < SUM_LIMIT) return taps;
  }
  return 0;
}

/** The largest |sum| of a block in the channels in the lower halves of words: 0, 2, 4, ... */
function largestBlockSum(layer: QuantizedConvolution, blockTaps: number): number {
  const run = layer.kernelWidth * layer.inputChannels;
  let largest = 0;
  for (let channel = 0; channel < layer.outputChannels; channel += 2) {
    const blocks: number[] = [];
    for (let tap = 0; tap < run; tap++) {
      const block = Math.floor(tap / blockTaps);
      for (let row = 0; row < ROWS; row++) {
        const weight = layer.weights[(channel * ROWS + row) * run + tap]!;
        blocks[block] = (blocks[block] ?? 0) + Math.abs(weight);
      }
    }
    largest = Math.max(largest, ...blocks);
  }
  return ACTIVATION_CENTER * largest;
}

/**
 * What the center of the activations takes from every sum of a channel. Sum and bias are added modulo 2^32 in the module, and their true sum is in int32
 * (ts-tools/quantize/check_bounds.ts), so the bias may wrap around.
 */
export function centerBias(layer: QuantizedConvolution, channel: number): number {
  const taps = layer.kernelHeight * layer.kernelWidth * layer.inputChannels;
  const sum = layer.weights.subarray(channel * taps, (channel + 1) * taps).reduce((total, weight) => total + weight, 0);
  return ACTIVATION_CENTER * sum;
}

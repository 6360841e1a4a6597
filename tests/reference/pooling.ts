import type { QuantizedConvolution } from "../../ts-tools/model/model_types.js";
import { requireInt32, type Tensor } from "./convolution.js";

/** Largest activation of a layer, and largest averaged feature. */
const ACTIVATION_MAXIMUM = 127;
const FEATURE_MAXIMUM = 32767;

/**
 * ReLU, average pooling and requantization in one rounding (docs/arithmetic.md, section 5). A window that runs over the edge averages what is
 * inside: a full window is `full / count` times as large, and that power of two comes off the shift. Pooling 0x0 takes everything there is,
 * keeps 15 bits instead of 7, and the result is a 1x1 tensor.
 */
export function rectifyPoolRequantize(accumulators: Tensor, layer: QuantizedConvolution): Tensor {
  const { height, width, channels } = accumulators;
  const everything = layer.poolHeight === 0;
  const poolHeight = everything ? height : layer.poolHeight;
  const poolWidth = everything ? width : layer.poolWidth;
  const maximum = everything ? FEATURE_MAXIMUM : ACTIVATION_MAXIMUM;
  const pooledHeight = Math.ceil(height / poolHeight);
  const pooledWidth = Math.ceil(width / poolWidth);
  const values = new Int32Array(pooledHeight * pooledWidth * channels);
  for (let t = 0; t < pooledHeight; t++) {
    const rows = range(t * poolHeight, Math.min((t + 1) * poolHeight, height));
    for (let c = 0; c < pooledWidth; c++) {
      const columns = range(c * poolWidth, Math.min((c + 1) * poolWidth, width));
      const missing = exactLog2((poolHeight * poolWidth) / (rows.length * columns.length), layer.name);
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (const row of rows)
          for (const column of columns) sum += Math.max(accumulators.values[(row * width + column) * channels + channel]!, 0);
        requireInt32(sum, layer.name);
        const shift = layer.shift[channel]! - missing;
        values[(t * pooledWidth + c) * channels + channel] = requantize(sum, layer.multiplier[channel]!, shift, maximum);
      }
    }
  }
  return { height: pooledHeight, width: pooledWidth, channels, values };
}

/** min((sum * multiplier + half) >> shift, maximum), exactly. */
export function requantize(sum: number, multiplier: number, shift: number, maximum: number): number {
  if (shift < 1 || shift > 62) throw new Error(`A shift of ${shift} is outside 1..62; the model's scales are out of range.`);
  const scaled = (BigInt(sum) * BigInt(multiplier) + (1n << BigInt(shift - 1))) >> BigInt(shift);
  return scaled > BigInt(maximum) ? maximum : Number(scaled);
}

/** The integers from `start` up to, not including, `end`. */
function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function exactLog2(ratio: number, name: string): number {
  let exponent = 0;
  while (2 ** exponent < ratio) exponent++;
  if (2 ** exponent !== ratio)
    throw new Error(`Layer ${name} has pooling windows of sizes that are not powers of two apart; pool by 1, 2 or 4.`);
  return exponent;
}

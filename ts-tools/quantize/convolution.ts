/**
 * One convolution with ReLU and the sum over each pooling window, in float64: for real weights a float forward pass, and for integer weights and
 * activations an exact integer one, since every sum stays far below 2^53.
 */
import { type ConvolutionShape, type LayerSize, weightsPerChannel } from "../model/layer_shapes.js";

/** Output channels that are summed side by side. */
const GROUP = 4;

/** A convolution in groups of four channels: weights [groups, kernelHeight, kernelWidth, inputChannels, 4], bias [groups, 4]; missing channels are zeros. */
export interface PackedConvolution {
  shape: ConvolutionShape;
  size: LayerSize;
  weights: Float64Array;
  bias: Float64Array;
}

/**
 * Orders weights for `rectifiedSums`. `weightAt(tap, output)` returns the weight of one output channel at
 * tap = (ky * kernelWidth + kx) * inputChannels + input. Missing channels of the last group are zeros.
 */
export function packConvolution(
  shape: ConvolutionShape,
  size: LayerSize,
  bias: ArrayLike<number>,
  weightAt: (tap: number, output: number) => number,
): PackedConvolution {
  const taps = weightsPerChannel(shape);
  const groups = Math.ceil(shape.outputChannels / GROUP);
  const weights = new Float64Array(groups * taps * GROUP);
  for (let output = 0; output < shape.outputChannels; output++) {
    const base = Math.floor(output / GROUP) * taps * GROUP + (output % GROUP);
    for (let tap = 0; tap < taps; tap++) weights[base + tap * GROUP] = weightAt(tap, output);
  }
  const groupBias = new Float64Array(groups * GROUP);
  groupBias.set(bias);
  return { shape, size, weights, bias: groupBias };
}

/** [height, width, channels] with the kernel's 'same' padding around it: (k-1)/2 zeros before, k/2 after (rounded down). */
function padInput(input: Float64Array, layer: PackedConvolution): Float64Array {
  const { shape, size } = layer;
  const channels = shape.inputChannels;
  const top = (shape.kernelHeight - 1) >> 1;
  const left = (shape.kernelWidth - 1) >> 1;
  const stride = (size.width + shape.kernelWidth - 1) * channels;
  const padded = new Float64Array((size.height + shape.kernelHeight - 1) * stride);
  for (let y = 0; y < size.height; y++) {
    const row = input.subarray(y * size.width * channels, (y + 1) * size.width * channels);
    padded.set(row, (y + top) * stride + left * channels);
  }
  return padded;
}

/** max(convolution + bias, 0) over `input` [height, width, inputChannels]: [height, width, outputChannels]. */
function rectifiedConvolution(input: Float64Array, layer: PackedConvolution): Float64Array {
  const { shape, size, weights, bias } = layer;
  const { kernelHeight, kernelWidth, inputChannels, outputChannels } = shape;
  const { height, width } = size;
  const padded = padInput(input, layer);
  const stride = (width + kernelWidth - 1) * inputChannels;
  // The taps of one kernel row are contiguous in the input.
  const run = kernelWidth * inputChannels;
  const groupStride = kernelHeight * run * GROUP;
  const output = new Float64Array(height * width * outputChannels);
  const sums = new Float64Array(2 * GROUP);

  for (let first = 0; first < outputChannels; first += GROUP) {
    const groupWeights = (first / GROUP) * groupStride;
    const present = Math.min(GROUP, outputChannels - first);
    const b0 = bias[first]!;
    const b1 = bias[first + 1]!;
    const b2 = bias[first + 2]!;
    const b3 = bias[first + 3]!;
    for (let y = 0; y < height; y++) {
      // Two pixels at a time; at an odd width the last pixel is computed twice.
      for (let x = 0; x < width; x += 2) {
        const next = x + 1 < width ? x + 1 : x;
        let p0 = b0;
        let p1 = b1;
        let p2 = b2;
        let p3 = b3;
        let q0 = b0;
        let q1 = b1;
        let q2 = b2;
        let q3 = b3;
        let w = groupWeights;
        for (let ky = 0; ky < kernelHeight; ky++) {
          const rowStart = (y + ky) * stride;
          let p = rowStart + x * inputChannels;
          const toNext = (next - x) * inputChannels;
          for (const end = p + run; p < end; p++, w += GROUP) {
            const u = padded[p]!;
            const v = padded[p + toNext]!;
            const w0 = weights[w]!;
            const w1 = weights[w + 1]!;
            const w2 = weights[w + 2]!;
            const w3 = weights[w + 3]!;
            p0 += u * w0;
            p1 += u * w1;
            p2 += u * w2;
            p3 += u * w3;
            q0 += v * w0;
            q1 += v * w1;
            q2 += v * w2;
            q3 += v * w3;
          }
        }
        const left = (y * width + x) * outputChannels + first;
        const right = (y * width + next) * outputChannels + first;
        sums.set([p0, p1, p2, p3, q0, q1, q2, q3]);
        for (let c = 0; c < present; c++) {
          output[left + c] = Math.max(sums[c]!, 0);
          output[right + c] = Math.max(sums[GROUP + c]!, 0);
        }
      }
    }
  }
  return output;
}

/** The rectified convolution summed over each pooling window: [pooledHeight, pooledWidth, outputChannels]. */
export function rectifiedSums(input: Float64Array, layer: PackedConvolution): Float64Array {
  const { height, width, windowHeight, windowWidth, pooledHeight, pooledWidth } = layer.size;
  const channels = layer.shape.outputChannels;
  const rectified = rectifiedConvolution(input, layer);
  const sums = new Float64Array(pooledHeight * pooledWidth * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (Math.floor(y / windowHeight) * pooledWidth + Math.floor(x / windowWidth)) * channels;
      const from = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) sums[to + c] = sums[to + c]! + rectified[from + c]!;
    }
  }
  return sums;
}

/** Elements of the pooling window at (y, x) that are inside the tensor: fewer than the full window only at the lower and right edges. */
export function windowCount(size: LayerSize, y: number, x: number): number {
  const rows = Math.min(size.windowHeight, size.height - y * size.windowHeight);
  const columns = Math.min(size.windowWidth, size.width - x * size.windowWidth);
  return rows * columns;
}

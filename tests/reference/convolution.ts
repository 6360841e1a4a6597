import type { QuantizedConvolution } from "../../ts-tools/model/model_types.js";

/** Integers in the layout [time, coefficient, channel]. */
export interface Tensor {
  height: number;
  width: number;
  channels: number;
  values: Int32Array;
}

/**
 * int32 accumulators [time, coefficient, outputChannels] of a 'same' convolution, before ReLU (docs/arithmetic.md, section 5):
 * zeros around the input, (k-1)/2 before and k/2 after. All sums are below 2^53, so doubles hold them exactly; one that leaves int32 is an
 * error of the model.
 */
export function convolve(input: Tensor, layer: QuantizedConvolution): Tensor {
  const { kernelHeight, outputChannels } = layer;
  if (layer.inputChannels !== input.channels) {
    throw new Error(`Layer ${layer.name} needs ${layer.inputChannels} channels and gets ${input.channels}; check the model's shapes.`);
  }
  const { height, width } = input;
  const padded = pad(input, layer);
  const weights = Float64Array.from(layer.weights);
  const rowLength = layer.kernelWidth * input.channels;
  const stride = (width + layer.kernelWidth - 1) * input.channels;
  const values = new Int32Array(height * width * outputChannels);
  for (let channel = 0; channel < outputChannels; channel++) {
    const kernel = channel * kernelHeight * rowLength;
    for (let t = 0; t < height; t++) {
      for (let c = 0; c < width; c++) {
        let sum = layer.bias[channel]!;
        for (let dt = 0; dt < kernelHeight; dt++) {
          sum += dotProduct(weights, kernel + dt * rowLength, padded, (t + dt) * stride + c * input.channels, rowLength);
        }
        values[(t * width + c) * outputChannels + channel] = requireInt32(sum, layer.name);
      }
    }
  }
  return { height, width, channels: outputChannels, values };
}

/** Exact as long as the sum stays below 2^53. */
function dotProduct(a: Float64Array, aStart: number, b: Float64Array, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[aStart + i]! * b[bStart + i]!;
  return sum;
}

/** The input as doubles with its zero border: [height + kernelHeight - 1, width + kernelWidth - 1, channels]. */
function pad(input: Tensor, layer: QuantizedConvolution): Float64Array {
  const { height, width, channels } = input;
  const above = Math.floor((layer.kernelHeight - 1) / 2);
  const left = Math.floor((layer.kernelWidth - 1) / 2);
  const paddedWidth = width + layer.kernelWidth - 1;
  const padded = new Float64Array((height + layer.kernelHeight - 1) * paddedWidth * channels);
  for (let t = 0; t < height; t++) {
    const row = input.values.subarray(t * width * channels, (t + 1) * width * channels);
    padded.set(row, ((t + above) * paddedWidth + left) * channels);
  }
  return padded;
}

/** The sum itself, or an error when int32 could not hold it. */
export function requireInt32(sum: number, name: string): number {
  if (sum !== (sum | 0)) throw new Error(`A sum of layer ${name} is ${sum}, more than int32 holds; its weights or bias are too large.`);
  return sum;
}

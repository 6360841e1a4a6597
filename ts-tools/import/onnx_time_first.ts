/** Networks whose images are [coefficient, time], as librosa and torchaudio write MFCCs: turned into the [time, coefficient] of every other format. */

import { type BatchNormLayer, type ConvolutionLayer, type Extent, elementCount, type Layer, type Weights } from "./layer_graph.js";

/**
 * The layers, turned when the long kernels lie along the width: 1 x 11 (time) and 9 x 1 (coefficient) instead of 11 x 1 and 1 x 9. Sums and averages
 * are the same either way.
 */
export function timeFirst(layers: readonly Layer[]): Layer[] {
  const kernels = layers.filter((layer) => layer.kind === "convolution").map((layer) => layer.kernel.shape.slice(0, 2).join("x"));
  const isTurned = (kernels.includes("1x11") || kernels.includes("9x1")) && !kernels.includes("11x1") && !kernels.includes("1x9");
  return isTurned ? layers.map(turned) : [...layers];
}

function turned(layer: Layer): Layer {
  switch (layer.kind) {
    case "input": {
      const [batch, coefficients, frames, ...channels] = layer.shape;
      return layer.shape.length === 4 ? { ...layer, shape: [batch, frames, coefficients, ...channels] } : layer;
    }
    case "scale":
      return { ...layer, factor: turnedInput(layer.factor) };
    case "shift":
      return { ...layer, offset: turnedInput(layer.offset) };
    case "batchNorm":
      return turnedNorm(layer);
    case "convolution":
      return { ...layer, kernel: turnedKernel(layer), strides: turnedExtent(layer.strides), dilations: turnedExtent(layer.dilations) };
    case "averagePool":
      return { ...layer, size: turnedExtent(layer.size), strides: turnedExtent(layer.strides) };
    default:
      return layer;
  }
}

/** Only the values of layers in front of the first convolution have four dimensions, in at most one of which they differ. */
function turnedInput({ shape, values }: Weights): Weights {
  const [batch, height, width, channel] = shape;
  return { shape: shape.length === 4 ? [batch!, width!, height!, channel!] : shape, values };
}

function turnedNorm(layer: BatchNormLayer): BatchNormLayer {
  return layer.axes ? { ...layer, axes: layer.axes.map((axis) => (axis === 1 ? 2 : axis === 2 ? 1 : axis)) } : layer;
}

function turnedExtent([height, width]: Extent): Extent {
  return [width, height];
}

/** [height, width, input, output] -> [width, height, input, output]. */
function turnedKernel({ kernel: { shape, values } }: ConvolutionLayer): Weights {
  const [height = 0, width = 0, ...channels] = shape;
  const count = elementCount(channels);
  const moved = new Float32Array(values.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * count;
      moved.set(values.subarray(from, from + count), (column * height + row) * count);
    }
  }
  return { shape: [width, height, ...channels], values: moved };
}

/** One convolution of Light-SERNet: convolution, batch norm or bias, ReLU, then a pooling layer. */

import type { FloatConvolution } from "../model/float_model.js";
import { type AffineLayer, foldBatchNorm } from "./fold_batch_norm.js";
import { type GraphWalk, withArticle } from "./graph_walk.js";
import type { ConvolutionLayer, Extent, Layer } from "./layer_graph.js";
import { elementCount, extentText, layerError, numberText, quoted } from "./layer_graph.js";

/** A convolution with batch norm folded in, and the layer of the source whose output is its rectified result. */
export interface RecognizedConvolution {
  convolution: FloatConvolution;
  last: Layer;
}

/**
 * Reads the convolution at `layer` up to and including its ReLU. `place` says where in the network it is, for messages:
 * "body II, convolution 3". The input is to be multiplied by `inputFactor` first.
 */
export function recognizeConvolution(
  walk: GraphWalk,
  layer: ConvolutionLayer,
  kernel: Extent,
  inputChannels: number,
  place: string,
  inputFactor = 1,
): RecognizedConvolution {
  const { source } = walk;
  const outputChannels = checkConvolution(source, layer, kernel, inputChannels, place);
  const { affines, last } = followToReLU(walk, layer, place);
  const { weights, bias } = foldBatchNorm(source, layer, affines, inputFactor);
  const [kernelHeight, kernelWidth] = kernel;
  return { convolution: { name: layer.name, kernelHeight, kernelWidth, inputChannels, outputChannels, weights, bias }, last };
}

/** Height and width of the kernel, whatever they are. */
export function kernelExtent(source: string, layer: ConvolutionLayer, place: string): Extent {
  const { shape, values } = layer.kernel;
  const [height, width] = shape;
  if (shape.length !== 4 || height === undefined || width === undefined || elementCount(shape) !== values.length) {
    throw layerError(source, layer, `has a kernel of shape [${shape.join(", ")}]`, `[height, width, input, output] (${place})`);
  }
  return [height, width];
}

/** The average pooling after a convolution: `size` x `size` strides, windows at the edge average what is inside. */
export function recognizePool(walk: GraphWalk, from: Layer, size: Extent, place: string): Layer {
  const expected = `${size.join("x")} average pooling (${place})`;
  const pool = walk.next(from, "averagePool", expected);
  if (!sameExtent(pool.size, size)) throw layerError(walk.source, pool, `averages ${extentText(pool.size)}`, expected);
  if (!sameExtent(pool.strides, size))
    throw layerError(walk.source, pool, `has strides ${extentText(pool.strides)}`, `${size.join("x")} (${place})`);
  if (pool.padding !== "same") throw layerError(walk.source, pool, `has padding ${quoted(pool.padding)}`, `"same" (${place})`);
  if (pool.activation !== "linear") throw layerError(walk.source, pool, `has a fused ${pool.activation}`, expected);
  return pool;
}

/** Checks everything about the convolution but its values, and returns the output channels. */
function checkConvolution(source: string, layer: ConvolutionLayer, kernel: Extent, inputChannels: number, place: string): number {
  const found = kernelExtent(source, layer, place);
  if (!sameExtent(found, kernel)) throw layerError(source, layer, `has a ${extentText(found)} kernel`, `${kernel.join("x")} (${place})`);
  if (layer.groups !== 1) throw layerError(source, layer, `has ${layer.groups} groups`, `1 (${place})`);
  const [, , inputs, outputs = 0] = layer.kernel.shape;
  if (inputs !== inputChannels) throw layerError(source, layer, `takes ${inputs} channels`, `${inputChannels} (${place})`);
  if (outputs < 1) throw layerError(source, layer, "has no output channels", `at least one (${place})`);
  if (!sameExtent(layer.strides, [1, 1])) throw layerError(source, layer, `has strides ${extentText(layer.strides)}`, `1x1 (${place})`);
  if (!sameExtent(layer.dilations, [1, 1]))
    throw layerError(source, layer, `has dilation ${extentText(layer.dilations)}`, `1x1 (${place})`);
  // A 1x1 kernel never reaches over the edge: "valid" and "same" both pad it by nothing.
  const padded = layer.padding === "same" || (layer.padding === "valid" && sameExtent(kernel, [1, 1]));
  if (!padded) throw layerError(source, layer, `has padding ${quoted(layer.padding)}`, `"same" (${place})`);
  return outputs;
}

/** The affine layers between the convolution and its ReLU, and the ReLU (the convolution itself where it is fused). */
function followToReLU(walk: GraphWalk, layer: ConvolutionLayer, place: string): { affines: AffineLayer[]; last: Layer } {
  const expected = `batch norm or ReLU (${place})`;
  if (layer.activation === "relu") return { affines: [], last: layer };
  if (layer.activation !== "linear")
    throw layerError(walk.source, layer, `has the activation ${quoted(layer.activation)}`, `ReLU (${place})`);
  const affines: AffineLayer[] = [];
  let last: Layer = layer;
  for (;;) {
    const next = walk.following(last, expected);
    switch (next.kind) {
      case "batchNorm":
      case "scale":
      case "shift":
        requireChannels(walk.source, next, expected);
        affines.push(next);
        last = next;
        break;
      case "activation":
        if (next.activation !== "relu")
          throw layerError(walk.source, next, `is the activation ${quoted(next.activation)}`, `ReLU (${place})`);
        return { affines, last: next };
      default:
        throw layerError(walk.source, next, `is ${withArticle(next.operation)}`, expected);
    }
  }
}

/** Batch norm after a convolution is over its channels. */
function requireChannels(source: string, layer: AffineLayer, expected: string): void {
  const other = layer.kind === "batchNorm" ? layer.axes?.find((axis) => axis !== 3 && axis !== -1) : undefined;
  if (other !== undefined) throw layerError(source, layer, `is a batch norm over axis ${numberText(other)}`, expected);
}

function sameExtent(a: Extent, b: Extent): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

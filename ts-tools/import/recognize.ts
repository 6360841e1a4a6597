/**
 * Recognizes a Light-SERNet in a layer graph: the figure of the paper with any widths, three paths, five convolutions, the head. The error for any
 * other graph names the first layer that does not fit.
 */

import type { FloatConvolution, FloatModel } from "../model/float_model.js";
import { BODY_TWO_PLAN } from "../model/layer_shapes.js";
import { GraphWalk } from "./graph_walk.js";
import type { Extent, Layer, LayerGraph } from "./layer_graph.js";
import { permuteInputChannels } from "./permute_input_channels.js";
import { recognizeBodyOne } from "./recognize_body_one.js";
import { recognizeConvolution, recognizePool } from "./recognize_convolution.js";
import { recognizeHead } from "./recognize_head.js";
import { recognizeInput } from "./recognize_input.js";

/**
 * The trained network in the graph, batch norm folded; throws a ModelError that names the first layer that does not fit. `openFrames` is the number of frames of
 * a model that takes any.
 */
export function recognize(graph: LayerGraph, openFrames?: number): FloatModel {
  const walk = new GraphWalk(graph);
  const { frames, coefficients, factor, input, last: mfcc } = recognizeInput(walk, openFrames);
  const { paths, concat, order } = recognizeBodyOne(walk, mfcc, factor);
  const widths = paths.map((path) => path.outputChannels);
  const { bodyTwo, last } = recognizeBodyTwo(walk, concat, widths);
  bodyTwo[0] = permuteInputChannels(bodyTwo[0], order, widths);
  const dense = recognizeHead(walk, last, bodyTwo[4].outputChannels);
  return { format: graph.format, frames, coefficients, ...(input && { input }), bodyOne: paths, bodyTwo, dense };
}

/** The first convolution's input channels are still in the order of the concatenation. */
function recognizeBodyTwo(walk: GraphWalk, concat: Layer, widths: readonly number[]): { bodyTwo: FloatModel["bodyTwo"]; last: Layer } {
  const bodyTwo: FloatConvolution[] = [];
  let last: Layer = concat;
  let channels = widths.reduce((sum, width) => sum + width, 0);
  for (const [index, { kernelHeight, kernelWidth, poolHeight, poolWidth }] of BODY_TWO_PLAN.entries()) {
    const kernel: Extent = [kernelHeight, kernelWidth];
    const place = `body II, convolution ${index + 1}`;
    const layer = walk.next(last, "convolution", `a ${kernel.join("x")} convolution (${place})`);
    const recognized = recognizeConvolution(walk, layer, kernel, channels, place);
    bodyTwo.push(recognized.convolution);
    channels = recognized.convolution.outputChannels;
    // The last one is pooled over everything: the global average, the first layer of the head.
    last = poolHeight === 0 ? recognized.last : recognizePool(walk, recognized.last, [poolHeight, poolWidth], place);
  }
  return { bodyTwo: bodyTwo as FloatModel["bodyTwo"], last };
}

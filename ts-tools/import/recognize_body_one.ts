/** Body I of Light-SERNet: three convolutions side by side on the input, each rectified and pooled, then concatenated. */

import type { FloatConvolution, FloatModel } from "../model/float_model.js";
import { BODY_ONE_PLAN } from "../model/layer_shapes.js";
import { type GraphWalk, withArticle } from "./graph_walk.js";
import { type ConcatLayer, type ConvolutionLayer, type Extent, type Layer, layerError, numberText, quoted } from "./layer_graph.js";
import { kernelExtent, recognizeConvolution, recognizePool } from "./recognize_convolution.js";

/** Kernels (time x coefficient) in the order of the FloatModel. */
const PATH_KERNELS: readonly Extent[] = BODY_ONE_PLAN.map(({ kernelHeight, kernelWidth }) => [kernelHeight, kernelWidth]);
const KERNELS = PATH_KERNELS.map((kernel) => kernel.join("x")).join(", ");

export interface RecognizedBodyOne {
  paths: FloatModel["bodyOne"];
  concat: ConcatLayer;
  /** For each input of the concatenation in the source, the index of its path here. */
  order: number[];
}

/** The three paths on `input` times `inputFactor`, in whichever order the source creates and concatenates them. */
export function recognizeBodyOne(walk: GraphWalk, input: Layer, inputFactor: number): RecognizedBodyOne {
  const starts = convolutionsOn(walk, input);
  const [temporal, spectral, both] = BODY_ONE_PLAN.map(({ name, poolHeight, poolWidth }, index) => {
    const place = `body I, ${name} path`;
    const kernel = PATH_KERNELS[index]!;
    const { convolution, last } = recognizeConvolution(walk, startWith(walk, starts, kernel), kernel, 1, place, inputFactor);
    return { convolution, pool: recognizePool(walk, last, [poolHeight, poolWidth], place) };
  }) as [RecognizedPath, RecognizedPath, RecognizedPath];
  const pools = [temporal.pool, spectral.pool, both.pool];
  const concat = recognizeConcat(walk, pools);
  const order = walk.inputsOf(concat).map((pool) => pools.indexOf(pool));
  return { paths: [temporal.convolution, spectral.convolution, both.convolution], concat, order };
}

interface RecognizedPath {
  convolution: FloatConvolution;
  pool: Layer;
}

interface PathStart {
  layer: ConvolutionLayer;
  /** "11x1" */
  kernel: string;
}

function convolutionsOn(walk: GraphWalk, input: Layer): PathStart[] {
  const consumers = walk.consumers(input);
  const starts = consumers.map((layer) => {
    if (layer.kind !== "convolution") {
      throw layerError(walk.source, layer, `is ${withArticle(layer.operation)}`, `a convolution on the input: ${KERNELS} (body I)`);
    }
    return { layer, kernel: kernelExtent(walk.source, layer, "body I").join("x") };
  });
  if (starts.length !== PATH_KERNELS.length) {
    const names = consumers.map(({ name }) => quoted(name)).join(", ") || "nothing";
    throw layerError(walk.source, input, `feeds ${names}`, `three convolutions: ${KERNELS} (body I)`);
  }
  return starts;
}

/** The one convolution with this kernel. */
function startWith(walk: GraphWalk, starts: readonly PathStart[], kernel: Extent): ConvolutionLayer {
  const expected = `${KERNELS}, once each (body I)`;
  const isPath = (start: PathStart) => PATH_KERNELS.some((kernel) => kernel.join("x") === start.kernel);
  const stray = starts.find((start) => !isPath(start));
  if (stray !== undefined) throw layerError(walk.source, stray.layer, `has a ${stray.kernel} kernel`, expected);
  const twin = starts.find((start, index) => starts.findIndex((other) => other.kernel === start.kernel) < index);
  if (twin !== undefined) throw layerError(walk.source, twin.layer, `has a ${twin.kernel} kernel, as another path does`, expected);
  // Three paths, each with one of the three kernels, none twice: every kernel is there.
  return starts.find((start) => start.kernel === kernel.join("x"))!.layer;
}

function recognizeConcat(walk: GraphWalk, pools: readonly Layer[]): ConcatLayer {
  const expected = "the concatenation of the three paths (body I)";
  const [concat, ...others] = pools.map((pool) => walk.next(pool, "concat", expected)) as [ConcatLayer, ...ConcatLayer[]];
  const inputs = walk.inputsOf(concat);
  if (inputs.length !== pools.length || others.some((other) => other !== concat)) {
    throw layerError(walk.source, concat, `joins ${inputs.map(({ name }) => quoted(name)).join(", ")}`, expected);
  }
  if (concat.axis !== 3 && concat.axis !== -1) {
    throw layerError(walk.source, concat, `joins along axis ${numberText(concat.axis)}`, "the channels, axis 3 (body I)");
  }
  if (concat.activation !== "linear") throw layerError(walk.source, concat, `has a fused ${concat.activation}`, expected);
  return concat;
}

/** The head of Light-SERNet: global average, dense layer, softmax, and nothing after it. A model may also end with the logits, which softmax takes here. */

import type { FloatDense } from "../model/float_model.js";
import { requireFinite } from "./fold_batch_norm.js";
import type { GraphWalk } from "./graph_walk.js";
import { type DenseLayer, elementCount, type Layer, layerError, quoted } from "./layer_graph.js";

/** `inputs` is the number of channels that `from`, the last convolution's ReLU, has. */
export function recognizeHead(walk: GraphWalk, from: Layer, inputs: number): FloatDense {
  const average = walk.next(from, "globalAveragePool", "the global average over time and coefficient (head)");
  let last: Layer = average;
  // Nothing is left to reorder after the average: a reshape drops its two dimensions of 1.
  while (walk.consumers(last)[0]?.kind === "reshape") last = walk.next(last, "reshape", "a dense layer (head)");
  const layer = walk.next(last, "dense", "a dense layer (head)");
  const { shape, values } = layer.kernel;
  const [rows, classes = 0] = shape;
  if (shape.length !== 2 || rows !== inputs || classes < 1 || elementCount(shape) !== values.length) {
    throw layerError(walk.source, layer, `has weights of shape [${shape.join(", ")}]`, `[${inputs}, classes] (head)`);
  }
  requireFinite(walk.source, layer, "weights", values);
  const { bias, last: logits } = denseBias(walk, layer, classes);
  expectEnd(walk, logits);
  return { name: layer.name, inputs, classes, weights: values, bias };
}

/** The bias [classes], which is part of the dense layer, added after it, or absent: zeros; and the layer that outputs the logits. */
function denseBias(walk: GraphWalk, dense: DenseLayer, classes: number): { bias: Float32Array; last: Layer } {
  const consumers = walk.consumers(dense);
  const added = dense.bias === undefined && dense.activation === "linear" && consumers[0]?.kind === "shift" ? consumers[0] : undefined;
  const bias = (added?.offset ?? dense.bias)?.values ?? new Float32Array(classes);
  if (bias.length !== classes)
    throw layerError(walk.source, dense, `has a bias of ${bias.length} values`, `${classes}, one per class (head)`);
  requireFinite(walk.source, dense, "bias", bias);
  return { bias, last: added ?? dense };
}

/** The model ends with the logits, or with the softmax after them, fused or not. */
function expectEnd(walk: GraphWalk, logits: Layer): void {
  const expected = "softmax (head)";
  const fused = logits.kind === "dense" ? logits.activation : "linear";
  const isEnd = fused === "linear" && walk.consumers(logits).length === 0;
  if (fused === "softmax" || isEnd) {
    walk.expectOutput(logits);
    return;
  }
  if (fused !== "linear") throw layerError(walk.source, logits, `has the activation ${quoted(fused)}`, expected);
  const softmax = walk.next(logits, "activation", expected);
  if (softmax.activation !== "softmax") throw layerError(walk.source, softmax, `is the activation ${quoted(softmax.activation)}`, expected);
  walk.expectOutput(softmax);
}

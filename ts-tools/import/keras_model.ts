/** A Keras model's configuration and weights as a layer graph. */
import type { Json } from "./json.js";
import { type KerasLayer, kerasModel } from "./keras_config.js";
import { kerasLayer } from "./keras_layer.js";
import { type LayerGraph, layerError, type Weights } from "./layer_graph.js";

/** Looks up a weight by its name ("kernel", "moving_mean") or by its index in the order in which Keras creates them. */
export type KerasWeights = (layer: KerasLayer, name: string, index: number) => Weights | undefined;

/** `model` is the object with class_name and config. */
export function kerasGraph(path: string, format: string, model: Json, weights: KerasWeights): LayerGraph {
  const { layers, outputs } = kerasModel(path, model);
  const weightsOf = (layer: KerasLayer) => (name: string, index: number) => requireWeights(path, layer, name, weights(layer, name, index));
  return { source: path, format, layers: layers.map((layer) => kerasLayer(path, layer, weightsOf(layer))), outputs };
}

function requireWeights(path: string, { id }: KerasLayer, name: string, weights: Weights | undefined): Weights {
  if (weights === undefined) {
    throw layerError(path, { name: id }, `has no ${name} in the file`, `the ${name} that its configuration declares`);
  }
  return weights;
}

/**
 * Which of `names` is that of a layer's weight: "conv2d/kernel", possibly with scopes before it. Of a layer in a model inside the model the longest scope
 * counts: "body/conv2d/kernel" rather than another model's "conv2d/kernel".
 */
export function weightName(names: readonly string[], { inside, name }: KerasLayer, weight: string): string | undefined {
  const scopes = [...inside.map((model) => model.name), name, weight];
  for (let first = 0; first <= inside.length; first++) {
    const ending = scopes.slice(first).join("/");
    const found = names.find((candidate) => `/${candidate.replace(/:\d+$/, "")}`.endsWith(`/${ending}`));
    if (found !== undefined) return found;
  }
  return undefined;
}

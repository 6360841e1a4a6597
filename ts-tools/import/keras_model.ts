/** A Keras model's configuration and weights as a layer graph. */
import type { Json } from "./json.js";
import { type KerasLayer, kerasLayers, kerasOutputs } from "./keras_config.js";
import { kerasLayer } from "./keras_layer.js";
import { type LayerGraph, layerError, type Weights } from "./layer_graph.js";

/** Looks up a weight by its name ("kernel", "moving_mean") or by its index in the order in which Keras creates them. */
export type KerasWeights = (layer: KerasLayer, name: string, index: number) => Weights | undefined;

/** `model` is the object with class_name and config. */
export function kerasGraph(path: string, format: string, model: Json, weights: KerasWeights): LayerGraph {
  const layers = kerasLayers(path, model).map((layer) =>
    kerasLayer(path, layer, (name, index) => requireWeights(path, layer, name, weights(layer, name, index))),
  );
  return { source: path, format, layers, outputs: kerasOutputs(model) };
}

function requireWeights(path: string, layer: KerasLayer, name: string, weights: Weights | undefined): Weights {
  if (weights === undefined) throw layerError(path, layer, `has no ${name} in the file`, `the ${name} that its configuration declares`);
  return weights;
}

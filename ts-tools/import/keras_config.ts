/** A Keras model's configuration: its layers and how they are connected, the same in .h5, .keras and TensorFlow.js layers models, of Keras 2 and 3. */
import { asArray, asObject, asText, isObject, type Json, type JsonObject } from "./json.js";
import { fileError, layerError, quoted } from "./layer_graph.js";

export interface KerasLayer {
  name: string;
  className: string;
  /** The number of layers of this class before it. */
  countOfClass: number;
  config: JsonObject;
  /** Names of the layers whose outputs this one takes. */
  inputs: string[];
}

/** The layers by their configuration, without weights. */
export function kerasLayers(path: string, model: Json): KerasLayer[] {
  const { class_name, config } = asObject(model);
  const className = asText(class_name);
  if (!["Functional", "Model"].includes(className) || !isObject(config)) {
    throw fileError(path, `the model's class is ${quoted(className)}, expected "Functional": three paths that are concatenated`);
  }
  const counts = new Map<string, number>();
  return asArray(config.layers).map((entry) => readLayer(path, asObject(entry), counts));
}

function readLayer(path: string, entry: JsonObject, counts: Map<string, number>): KerasLayer {
  const className = asText(entry.class_name);
  const config = asObject(entry.config);
  const name = asText(entry.name) || asText(config.name);
  const calls = asArray(entry.inbound_nodes);
  if (calls.length > 1) throw layerError(path, { name }, `is used ${calls.length} times`, "each layer to be used once");
  const countOfClass = counts.get(className) ?? 0;
  counts.set(className, countOfClass + 1);
  return { name, className, countOfClass, config, inputs: referencesIn(calls[0] ?? null) };
}

/** The names of the layers whose outputs are the model's. */
export function kerasOutputs(model: Json): string[] {
  return referencesIn(asObject(asObject(model).config).output_layers ?? null);
}

/**
 * The layers that a piece of configuration refers to, in order. Keras 2 writes ["name", 0, 0] or ["name", 0, 0, {}], Keras 3 objects
 * {"class_name": "__keras_tensor__", "config": {"keras_history": ["name", 0, 0]}}; both nest them in lists as deep as the call did.
 */
function referencesIn(value: Json): string[] {
  if (Array.isArray(value)) {
    const [name, node] = value;
    return typeof name === "string" && typeof node === "number" ? [name] : value.flatMap(referencesIn);
  }
  if (!isObject(value)) return [];
  if (value.class_name === "__keras_tensor__") return referencesIn(asObject(value.config).keras_history ?? null);
  return [...asArray(value.args).flatMap(referencesIn), ...Object.values(asObject(value.kwargs)).flatMap(referencesIn)];
}

/**
 * A Keras model's configuration: its layers and how they are connected, the same in .h5, .keras and TensorFlow.js layers models, of Keras 2 and 3. Models
 * inside the model, Functional or Sequential, are inlined: their layers take what the model is called with.
 */
import { asArray, asObject, asText, isObject, type Json, type JsonObject } from "./json.js";
import { fileError, layerError, quoted } from "./layer_graph.js";

/** How Keras names the weights of a layer, or of a model inside the model. */
export interface KerasName {
  name: string;
  className: string;
  /** The number of layers of this class before it in the model that it is in. */
  countOfClass: number;
}

export interface KerasLayer extends KerasName {
  /** Unique: the names of the models that it is in, and its own, joined by "/". */
  id: string;
  /** The models that it is in, the outermost first; none for a layer of the model itself. */
  inside: readonly KerasName[];
  config: JsonObject;
  /** What it is called with besides other layers' outputs: functions of Keras 2 have their arguments here. */
  call: JsonObject;
  /** Ids of the layers whose outputs this one takes. */
  inputs: string[];
}

export interface KerasModel {
  layers: KerasLayer[];
  /** Ids of the layers whose outputs are the model's. */
  outputs: string[];
}

/** One output of a layer or of a model inside the model; `id` is unique as KerasLayer.id is. */
interface Reference {
  id: string;
  output: number;
}

/** The layers by their configuration, without weights. */
export function kerasModel(path: string, model: Json): KerasModel {
  const description = asObject(model);
  if (!isModel(description)) {
    const expected = 'expected "Functional" or "Sequential": a model whose layers the file describes';
    throw fileError(path, `the model's class is ${quoted(asText(description.class_name))}, ${expected}`);
  }
  const inliner = new Inliner(path);
  const outputs = inliner.add(description, []);
  return inliner.resolved(outputs);
}

function isModel({ class_name, config }: JsonObject): boolean {
  return ["Functional", "Model", "Sequential"].includes(asText(class_name)) && Array.isArray(asObject(config).layers);
}

class Inliner {
  private readonly layers: (Omit<KerasLayer, "inputs"> & { takes: Reference[] })[] = [];
  /** What an input layer of an inner model, or an output of an inner model, stands for; keys are those of keyOf(). */
  private readonly aliases = new Map<string, Reference>();

  constructor(private readonly path: string) {}

  /** Adds the layers of a model; `inputs` is what an inner one is called with. Returns its outputs. */
  add({ class_name, config }: JsonObject, inside: readonly KerasName[], inputs: readonly Reference[] = []): Reference[] {
    const description = asObject(config);
    const entries = asArray(description.layers).map(asObject);
    const inputNames = referencesIn(description.input_layers ?? null, "").map(({ id }) => id);
    const scope = inside.map(({ name }) => `${name}/`).join("");
    const isChain = class_name === "Sequential";
    let last: Reference[] = isChain ? this.startOfChain(description, entries, inside, inputs) : [];
    const counts = new Map<string, number>();
    for (const entry of entries) {
      const named = nameOf(entry, counts);
      const id = scope + named.name;
      const calls = asArray(entry.inbound_nodes);
      if (calls.length > 1) throw layerError(this.path, { name: id }, `is used ${calls.length} times`, "each layer to be used once");
      const [call = null] = calls;
      const takes = isChain ? last : referencesIn(call, scope);
      last = [{ id, output: 0 }];
      if (isModel(entry)) {
        last = this.add(entry, [...inside, named], takes);
        for (const [output, reference] of last.entries()) this.aliases.set(keyOf({ id, output }), reference);
      } else if (named.className === "InputLayer" && inside.length > 0) {
        const input = inputs[isChain ? 0 : inputNames.indexOf(named.name)];
        if (input === undefined) throw layerError(this.path, { name: id }, "takes nothing", "a layer of the file");
        this.aliases.set(keyOf({ id, output: 0 }), input);
      } else this.layers.push({ ...named, id, inside, config: asObject(entry.config), call: argumentsOf(call), takes });
    }
    return isChain ? last : referencesIn(description.output_layers ?? null, scope);
  }

  /** What the first layer of a Sequential model takes: Keras may leave out its input layer. */
  private startOfChain(config: JsonObject, entries: JsonObject[], inside: readonly KerasName[], inputs: readonly Reference[]): Reference[] {
    const [first = {}] = entries;
    if (first.class_name === "InputLayer") return [];
    if (inside.length > 0) return inputs.slice(0, 1);
    const shape = asObject(first.config).batch_input_shape ?? config.build_input_shape ?? null;
    const id = "input";
    const input = { name: id, className: "InputLayer", countOfClass: 0, config: { batch_shape: shape }, call: {} };
    this.layers.push({ ...input, id, inside, takes: [] });
    return [{ id, output: 0 }];
  }

  /** The model with every reference to an inner model replaced by one to the layer that it stands for. */
  resolved(outputs: readonly Reference[]): KerasModel {
    const idOf = (reference: Reference): string => this.resolve(reference).id;
    const layers = this.layers.map(({ takes, ...layer }) => ({ ...layer, inputs: takes.map(idOf) }));
    return { layers, outputs: outputs.map(idOf) };
  }

  private resolve(reference: Reference): Reference {
    let found = reference;
    for (let steps = 0; steps <= this.aliases.size; steps++) {
      const next = this.aliases.get(keyOf(found));
      if (next === undefined) return found;
      found = next;
    }
    throw fileError(this.path, `its model ${quoted(reference.id)} takes its own output, expected layers in an order: the file is damaged`);
  }
}

const keyOf = ({ id, output }: Reference): string => `${output} ${id}`;

function nameOf(entry: JsonObject, counts: Map<string, number>): KerasName {
  const className = asText(entry.class_name);
  const countOfClass = counts.get(className) ?? 0;
  counts.set(className, countOfClass + 1);
  return { name: asText(entry.name) || asText(asObject(entry.config).name), className, countOfClass };
}

/**
 * The outputs that a piece of configuration refers to, in order. Keras 2 writes ["name", 0, 0] or ["name", 0, 0, {}], Keras 3 objects
 * {"class_name": "__keras_tensor__", "config": {"keras_history": ["name", 0, 0]}}; both nest them in lists as deep as the call did. The numbers say which
 * call of the layer, and which of its outputs.
 */
function referencesIn(value: Json, scope: string): Reference[] {
  if (Array.isArray(value)) {
    const [name, node, output] = value;
    if (typeof name !== "string" || typeof node !== "number") return value.flatMap((item) => referencesIn(item, scope));
    return [{ id: scope + name, output: typeof output === "number" ? output : 0 }];
  }
  if (!isObject(value)) return [];
  if (value.class_name === "__keras_tensor__") return referencesIn(asObject(value.config).keras_history ?? null, scope);
  return [...asArray(value.args), ...Object.values(asObject(value.kwargs))].flatMap((item) => referencesIn(item, scope));
}

/** The last part of the first reference of a call of Keras 2: ["name", 0, 0, {"axis": -1}]. */
function argumentsOf(call: Json): JsonObject {
  if (!Array.isArray(call)) return {};
  const [first, , , keywords] = call;
  return typeof first === "string" ? asObject(keywords) : argumentsOf(first ?? null);
}

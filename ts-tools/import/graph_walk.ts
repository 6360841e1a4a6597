/** Walks a layer graph forwards, in the order of the data. */

import { fileError, type Layer, type LayerGraph, type LayerKind, type LayerOf, layerError, quoted } from "./layer_graph.js";

export class GraphWalk {
  readonly source: string;
  readonly format: string;
  private readonly outputs: readonly string[];
  private readonly layers = new Map<string, Layer>();
  private readonly consumersOf = new Map<string, Layer[]>();

  constructor(graph: LayerGraph) {
    this.source = graph.source;
    this.format = graph.format;
    this.outputs = graph.outputs;
    for (const layer of graph.layers) this.layers.set(layer.id, layer);
    for (const layer of graph.layers) {
      for (const input of layer.inputs) {
        if (!this.layers.has(input))
          throw layerError(this.source, layer, `takes ${quoted(input)}, which is not in the file`, "a layer of the file");
        const consumers = this.consumersOf.get(input) ?? [];
        if (!consumers.includes(layer)) consumers.push(layer);
        this.consumersOf.set(input, consumers);
      }
    }
  }

  /** The only input of the model. */
  input(): LayerOf<"input"> {
    const inputs = [...this.layers.values()].filter((layer) => layer.kind === "input");
    const [input] = inputs;
    if (input === undefined || inputs.length > 1) {
      throw fileError(this.source, `the model has ${inputs.length} inputs, expected one: MFCCs [batch, frames, coefficients, 1]`);
    }
    return input;
  }

  /** The layers that take this one's output; layers that do nothing are skipped. */
  consumers(layer: Layer): Layer[] {
    const direct = this.consumersOf.get(layer.id) ?? [];
    return direct.flatMap((consumer) => (consumer.kind === "identity" ? this.consumers(consumer) : [consumer]));
  }

  /** The one layer that takes this one's output. */
  following(layer: Layer, expected: string): Layer {
    const consumers = this.consumers(layer);
    const [next] = consumers;
    if (next === undefined) throw layerError(this.source, layer, "is the last layer", `${expected} after it`);
    if (consumers.length > 1) throw layerError(this.source, layer, `feeds ${consumers.length} layers`, `only ${expected} after it`);
    return next;
  }

  /** The one layer that takes this one's output, which must be of this kind. */
  next<K extends LayerKind>(layer: Layer, kind: K, expected: string): LayerOf<K> {
    const next = this.following(layer, expected);
    if (!isKind(next, kind)) throw layerError(this.source, next, `is ${withArticle(next.operation)}`, expected);
    return next;
  }

  /** The layers whose outputs this one takes, in order; layers that do nothing are skipped. */
  inputsOf(layer: Layer): Layer[] {
    return layer.inputs.map((id) => this.throughIdentities(id));
  }

  /** Checks that the model ends with this layer and has no other output. */
  expectOutput(layer: Layer): void {
    const [consumer] = this.consumers(layer);
    if (consumer !== undefined) throw layerError(this.source, consumer, `follows ${quoted(layer.name)}`, "nothing after the head");
    const outputs = this.outputs.map((id) => this.throughIdentities(id));
    if (outputs.length !== 1 || outputs[0] !== layer) {
      const names = outputs.map((output) => quoted(output.name)).join(", ") || "nothing";
      throw fileError(this.source, `the model outputs ${names}, expected one output, that of ${quoted(layer.name)}`);
    }
  }

  private throughIdentities(id: string): Layer {
    const layer = this.layers.get(id);
    if (layer === undefined) throw fileError(this.source, `the model outputs ${quoted(id)}, expected the name of a layer in the file`);
    const [input] = layer.inputs;
    return layer.kind === "identity" && input !== undefined ? this.throughIdentities(input) : layer;
  }
}

function isKind<K extends LayerKind>(layer: Layer, kind: K): layer is LayerOf<K> {
  return layer.kind === kind;
}

export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}

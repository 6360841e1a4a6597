/** The tensors of an ONNX graph while it is read: constants, and features, which layers compute. */

import { type LayerBase, layerError, quoted, type Weights } from "./layer_graph.js";
import { WeightCounter } from "./limits.js";
import type { Axis } from "./onnx_axes.js";
import type { ExternalData } from "./onnx_external_data.js";
import type { OnnxNode, OnnxTensor } from "./onnx_schema.js";
import { type Constant, readConstant } from "./onnx_tensors.js";

/** What a layer computes. */
export interface Features {
  /** The layer's id. */
  layer: string;
  /** undefined after an operator that is not known. */
  axes: readonly Axis[] | undefined;
}

type Value = { kind: "features"; features: Features } | { kind: "tensor"; tensor: OnnxTensor } | { kind: "constant"; constant: Constant };

/** By name. Constants of the file are read when they are used. */
export class OnnxValues {
  private readonly values = new Map<string, Value>();
  private readonly counter: WeightCounter;

  constructor(
    readonly path: string,
    readonly opset: number,
    private readonly external: ExternalData,
  ) {
    this.counter = new WeightCounter(path);
  }

  addTensor(name: string, tensor: OnnxTensor): void {
    this.values.set(name, { kind: "tensor", tensor });
  }

  /** The tensor in a node; its name may be missing. */
  addComputedTensor(node: OnnxNode, tensor: OnnxTensor): void {
    for (const name of this.outputNames(node)) this.addTensor(name, { ...tensor, name: tensor.name || name });
  }

  /** What a node computes; a graph computes each tensor once. */
  addConstant(node: OnnxNode, constant: Constant): void {
    for (const name of this.outputNames(node)) this.values.set(name, { kind: "constant", constant });
  }

  addFeatures(node: { name: string; outputs: readonly string[] }, features: Features): void {
    for (const name of this.outputNames(node)) this.values.set(name, { kind: "features", features });
  }

  features(name: string): Features | undefined {
    const value = this.values.get(name);
    return value?.kind === "features" ? value.features : undefined;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** The constant of this name, read; undefined when it is computed. `layer` is who uses it, for messages. */
  constant(name: string, layer: { name: string }): Constant | undefined {
    const value = this.values.get(name);
    if (value?.kind === "tensor") return this.read(value.tensor, layer);
    return value?.kind === "constant" ? value.constant : undefined;
  }

  read(tensor: OnnxTensor, layer: { name: string }): Constant {
    return readConstant(this.path, layer, tensor, this.external, this.counter);
  }

  /** A constant of float32. */
  weights(name: string, layer: { name: string }): Weights | undefined {
    const constant = this.constant(name, layer);
    if (constant === undefined) return undefined;
    const { shape, values } = constant;
    // Those of the file are counted when they are read.
    if (this.values.get(name)?.kind === "constant") this.counter.add(values.length);
    return { shape, values: values instanceof Float32Array ? values : Float32Array.from(values) };
  }

  /** The same for weights that must be there; `what` they are, for messages. */
  requireWeights(name: string | undefined, layer: LayerBase, what: string): Weights {
    const weights = name === undefined ? undefined : this.weights(name, layer);
    if (weights === undefined) throw layerError(this.path, layer, `has no constant ${what}`, "trained weights in the file");
    return weights;
  }

  private outputNames({ name, outputs }: { name: string; outputs: readonly string[] }): string[] {
    const named = outputs.filter((output) => output !== "");
    const twice = named.find((output, index) => this.values.has(output) || named.indexOf(output) < index);
    if (twice !== undefined) {
      throw layerError(this.path, { name }, `writes ${quoted(twice)}, which is there already`, "each tensor once");
    }
    return named;
  }
}

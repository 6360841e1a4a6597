/**
 * The nodes of a TensorFlow.js graph model as a layer graph. The converter has folded and fused what it could (_FusedConv2D); what it left
 * (Mul, AddV2, FusedBatchNormV3, BiasAdd, Relu) is read as it is. Names and attributes are those of TensorFlow's operations.
 */

import { arithmetic, isOrdered } from "./arithmetic.js";
import { asArray, asNumber, asObject, asText, type Json, type JsonObject } from "./json.js";
import type { Extent, Layer, LayerBase, LayerGraph, Weights } from "./layer_graph.js";
import { isTimeAndCoefficient, layerError, numberText } from "./layer_graph.js";

export function graphModelLayers(path: string, topology: JsonObject, signature: JsonObject, constants: Map<string, Weights>): LayerGraph {
  const nodes = asArray(topology.node).map((node) => new GraphNode(path, asObject(node), constants));
  forwardConstants(nodes, constants);
  const shapes = shapesOf(nodes);
  const layers = nodes.filter(({ name }) => !constants.has(name) && !shapes.has(name)).map((node) => toLayer(node, shapes));
  return { source: path, format: "TensorFlow.js graph model", layers, outputs: outputNames(nodes, signature) };
}

/** A shape that the graph computes, undefined where a size is not constant. */
type ComputedShape = readonly (number | undefined)[];

/** Keras computes the batch size that Reshape needs: Shape, StridedSlice, Pack. By name, what is known of each such node's value. */
function shapesOf(nodes: readonly GraphNode[]): Map<string, ComputedShape> {
  const shapes = new Map<string, ComputedShape>();
  for (const node of nodes) {
    const isComputed = node.dataInputs.length > 0 && node.dataInputs.every((input) => shapes.has(input));
    if (node.operation === "Shape") shapes.set(node.name, []);
    else if (node.operation === "StridedSlice" && isComputed) shapes.set(node.name, [undefined]);
    else if (node.operation === "Pack" && isComputed)
      shapes.set(
        node.name,
        node.inputs.map((_, index) => sizeOf(node.constant(index)?.values[0])),
      );
  }
  return shapes;
}

/** undefined where a size is open (-1) or not known. */
function sizeOf(size: number | undefined): number | undefined {
  return size !== undefined && size > 0 ? size : undefined;
}

/** An Identity of a constant is a constant. */
function forwardConstants(nodes: readonly GraphNode[], constants: Map<string, Weights>): void {
  for (const node of nodes) {
    const value = node.operation === "Identity" ? constants.get(node.inputs[0] ?? "") : undefined;
    if (value !== undefined) constants.set(node.name, value);
  }
}

/** As the signature says; without one, every node that nothing follows. */
function outputNames(nodes: readonly GraphNode[], signature: JsonObject): string[] {
  const named = Object.values(asObject(signature.outputs)).map((output) => withoutPort(asText(asObject(output).name)));
  if (named.length > 0) return named;
  const taken = new Set(nodes.flatMap((node) => node.inputs));
  return nodes.filter((node) => !taken.has(node.name) && node.operation !== "Const").map((node) => node.name);
}

/** "conv/BiasAdd:0" is output 0 of "conv/BiasAdd". */
function withoutPort(name: string): string {
  return name.replace(/:\d+$/, "");
}

/** A NodeDef with its attributes decoded. */
class GraphNode {
  readonly name: string;
  readonly operation: string;
  readonly inputs: string[];
  private readonly attributes: JsonObject;

  constructor(
    private readonly path: string,
    node: JsonObject,
    private readonly constants: Map<string, Weights>,
  ) {
    this.name = asText(node.name);
    this.operation = asText(node.op);
    this.attributes = asObject(node.attr);
    // "^name" is a dependency in time only.
    this.inputs = asArray(node.input)
      .map(asText)
      .filter((input) => !input.startsWith("^"))
      .map(withoutPort);
  }

  /** The inputs that are computed. */
  get dataInputs(): string[] {
    return this.inputs.filter((input) => !this.constants.has(input));
  }

  constant(index: number): Weights | undefined {
    return this.constants.get(this.inputs[index] ?? "");
  }

  requireConstant(index: number, what: string): Weights {
    const constant = this.constant(index);
    if (constant === undefined) throw layerError(this.path, this, `has no constant ${what}`, "trained weights, frozen");
    return constant;
  }

  text(attribute: string): string {
    return decodeText(asObject(this.attributes[attribute]).s);
  }

  texts(attribute: string): string[] {
    return this.list(attribute, "s").map(decodeText);
  }

  number(attribute: string, field: "i" | "f"): number {
    return asNumber(asObject(this.attributes[attribute])[field]);
  }

  flag(attribute: string): boolean {
    return asObject(this.attributes[attribute]).b === true;
  }

  /** [height, width] of an attribute that lists [batch, height, width, channel]. */
  extent(attribute: string): Extent {
    const [, height = 1, width = 1] = this.list(attribute, "i").map(asNumber);
    return [height, width];
  }

  /** undefined where a size is open (-1). */
  shape(): (number | undefined)[] {
    const dimensions = asArray(asObject(asObject(this.attributes.shape).shape).dim);
    return dimensions.map((dimension) => sizeOf(asNumber(asObject(dimension).size)));
  }

  private list(attribute: string, field: string): Json[] {
    return asArray(asObject(asObject(this.attributes[attribute]).list)[field]);
  }
}

/** Texts are base64 in the JSON. */
function decodeText(value: Json | undefined): string {
  return Buffer.from(asText(value), "base64").toString("utf8");
}

const ACTIVATIONS = new Set(["Relu", "Relu6", "LeakyRelu", "Elu", "Selu", "Sigmoid", "Tanh", "Softplus", "Softmax", "LogSoftmax"]);

function toLayer(node: GraphNode, shapes: ReadonlyMap<string, ComputedShape>): Layer {
  const { name, operation } = node;
  const base = { id: name, name, operation, inputs: node.dataInputs };
  if (node.text("data_format") === "NCHW") return { ...base, kind: "unknown", operation: `${operation} in NCHW layout` };
  if (ACTIVATIONS.has(operation)) return { ...base, kind: "activation", activation: operation.toLowerCase() };
  switch (operation) {
    case "Placeholder":
      return { ...base, kind: "input", shape: node.shape() };
    case "Identity":
    case "StopGradient":
      return { ...base, kind: "identity" };
    case "Conv2D":
    case "_FusedConv2D":
      return convolution(node, base);
    case "MatMul":
    case "_FusedMatMul":
      return dense(node, base);
    case "BiasAdd":
    case "Add":
    case "AddV2":
    case "Mul":
    case "Sub":
    case "RealDiv":
      return affine(node, base);
    case "FusedBatchNorm":
    case "FusedBatchNormV2":
    case "FusedBatchNormV3":
      return batchNorm(node, base);
    case "AvgPool":
      return {
        ...base,
        kind: "averagePool",
        size: node.extent("ksize"),
        strides: node.extent("strides"),
        padding: node.text("padding").toLowerCase(),
        activation: "linear",
      };
    case "ConcatV2":
      return { ...base, kind: "concat", axis: node.constant(node.inputs.length - 1)?.values[0] ?? Number.NaN, activation: "linear" };
    case "Mean": {
      const axes = [...(node.constant(1)?.values ?? [])];
      if (isTimeAndCoefficient(axes)) return { ...base, kind: "globalAveragePool" };
      return { ...base, kind: "unknown", operation: `mean over axes ${axes.map(numberText).join(", ")}` };
    }
    case "Reshape": {
      const [data, shape = ""] = node.inputs;
      const to = shapes.get(shape) ?? [...(node.constant(1)?.values ?? [])].map(sizeOf);
      return { ...base, inputs: base.inputs.filter((input) => input === data), kind: "reshape", to };
    }
    case "ExpandDims":
      return { ...base, kind: "reshape", to: { newAxis: node.constant(1)?.values[0] ?? Number.NaN } };
    case "Squeeze":
      return { ...base, kind: "reshape" };
    default:
      return { ...base, kind: "unknown", operation: operation || "node without an operation" };
  }
}

/** What a fused operation does after its product: "BiasAdd", then an activation, either of which may be missing. */
function fused(node: GraphNode): { hasBias: boolean; activation: string } {
  const [first, ...rest] = node.texts("fused_ops");
  const hasBias = first === "BiasAdd";
  const after = hasBias ? rest : first === undefined ? [] : [first, ...rest];
  return { hasBias, activation: after.length === 0 ? "linear" : after.join(" and ").toLowerCase() };
}

function convolution(node: GraphNode, base: LayerBase): Layer {
  const { hasBias, activation } = fused(node);
  return {
    ...base,
    kind: "convolution",
    kernel: node.requireConstant(1, "kernel"),
    bias: hasBias ? node.requireConstant(2, "bias") : undefined,
    strides: node.extent("strides"),
    dilations: node.extent("dilations"),
    padding: node.text("padding").toLowerCase(),
    groups: 1,
    activation,
  };
}

function dense(node: GraphNode, base: LayerBase): Layer {
  if (node.flag("transpose_a") || node.flag("transpose_b")) return { ...base, kind: "unknown", operation: `transposed ${base.operation}` };
  const { hasBias, activation } = fused(node);
  const bias = hasBias ? node.requireConstant(2, "bias") : undefined;
  return { ...base, kind: "dense", kernel: node.requireConstant(1, "weights"), bias, activation };
}

/** x + constant or x * constant, in either order, x - constant or x / constant. */
function affine(node: GraphNode, base: LayerBase): Layer {
  const constant = node.constant(1) ?? (isOrdered(base.operation) ? undefined : node.constant(0));
  if (constant === undefined || base.inputs.length !== 1) return { ...base, kind: "unknown" };
  return { ...base, ...arithmetic(base.operation, constant) };
}

function batchNorm(node: GraphNode, base: LayerBase): Layer {
  if (node.flag("is_training")) return { ...base, kind: "unknown", operation: `${base.operation} in training mode` };
  return {
    ...base,
    kind: "batchNorm",
    gamma: node.requireConstant(1, "scale"),
    beta: node.requireConstant(2, "offset"),
    mean: node.requireConstant(3, "mean"),
    variance: node.requireConstant(4, "variance"),
    epsilon: node.number("epsilon", "f"),
  };
}

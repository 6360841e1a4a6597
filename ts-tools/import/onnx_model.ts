/** An ONNX file, as PyTorch and tf2onnx write it, as a layer graph. */

import { fileError, type Layer, type LayerBase, type LayerGraph, layerError, quoted } from "./layer_graph.js";
import { type ModelFile, readModelBytes } from "./model_file.js";
import { type Axis, axesText, imageFlattened, isAxis, type Role, reshaped, squeezed, transposed, unsqueezed } from "./onnx_axes.js";
import { axesArgument, foldConstants, shapeOf } from "./onnx_constants.js";
import { ExternalData } from "./onnx_external_data.js";
import { type Features, OnnxValues } from "./onnx_features.js";
import { areOfInput, channelLast, nameInputAxes } from "./onnx_input_axes.js";
import { readOperator, unknown } from "./onnx_operators.js";
import {
  attributeFloat,
  attributeFloatBytes,
  attributeInteger,
  attributeIntegers,
  attributeTensor,
  type OnnxGraph,
  type OnnxNode,
  readOnnx,
  TensorType,
} from "./onnx_schema.js";
import type { Constant } from "./onnx_tensors.js";
import { timeFirst } from "./onnx_time_first.js";

/** BatchNormalization, Dropout and Unsqueeze of older sets differ. */
const OLDEST_OPSET = 9;

/** A cast to one of these changes no more than the precision. */
const FLOAT_TYPES: ReadonlySet<number> = new Set([TensorType.FLOAT, TensorType.FLOAT16, TensorType.DOUBLE]);

export async function readOnnxModel(file: ModelFile): Promise<LayerGraph> {
  const { path } = file;
  const { graph, opsets } = readOnnx(await readModelBytes(file));
  if (graph === undefined) throw fileError(path, "this ONNX file has no graph, expected a model: it is damaged or incomplete");
  const opset = opsets.get("") ?? 0;
  if (opset < OLDEST_OPSET) {
    throw fileError(
      path,
      `it has ONNX operators of version ${opset}, expected ${OLDEST_OPSET} or newer: export it again with opset_version=17`,
    );
  }
  const external = await ExternalData.read(path, graph.initializers);
  const { layers, outputs } = new OnnxReader(new OnnxValues(path, opset, external)).read(graph);
  return { source: path, format: "ONNX", layers: timeFirst(layers), outputs };
}

class OnnxReader {
  private layers: Layer[] = [];
  /** For the layers between the input and the first convolution. */
  private readonly along = new Map<string, Role>();
  /** Height and width of the first convolution, as dimensions of the input. */
  private image: string | undefined;

  constructor(private readonly values: OnnxValues) {}

  read(graph: OnnxGraph): { layers: Layer[]; outputs: string[] } {
    const { values } = this;
    for (const tensor of graph.initializers) values.addTensor(tensor.name, tensor);
    // Until version 4 of the format, constants are listed as inputs, too.
    const inputs = graph.inputs.filter(({ name }) => !values.has(name));
    for (const { name, shape } of inputs) {
      this.layers.push({ id: name, name, operation: "input", inputs: [], kind: "input", shape });
      values.addFeatures({ name, outputs: [name] }, { layer: name, axes: shape.map((size, index) => ({ role: `input ${index}`, size })) });
    }
    for (const node of graph.nodes) this.readNode(node, graph.sparse);
    // Where no convolution can be followed to the input: another layer is at fault, and the recognizer finds which.
    if (this.image === undefined) this.layers = this.layers.map(channelLast);
    return { layers: this.layers, outputs: graph.outputs.map((name) => values.features(name)?.layer ?? name) };
  }

  private readNode(node: OnnxNode, sparse: readonly string[]): void {
    const { values } = this;
    const inputs = node.inputs.filter((name) => name !== "");
    const missing = inputs.find((name) => !values.has(name));
    if (missing !== undefined) {
      const isSparse = sparse.includes(missing);
      throw layerError(
        values.path,
        node,
        isSparse ? `has the sparse constant ${quoted(missing)}` : `takes ${quoted(missing)}, which no node before it computes`,
        isSparse ? "a dense one" : "nodes in the order of the data: the file is damaged",
      );
    }
    const tensor = node.domain === "" && node.operation === "Constant" ? attributeTensor(node, "value") : undefined;
    if (tensor !== undefined) {
      // Read where it is used: the training mode of Dropout, a BOOL, never is.
      values.addComputedTensor(node, tensor);
      return;
    }
    const constant = this.constantOf(node, inputs);
    if (constant !== undefined) {
      values.addConstant(node, constant);
      return;
    }
    const computed = inputs.map((name) => values.features(name)).filter((features) => features !== undefined);
    const base: LayerBase = {
      id: node.outputs[0] ?? "",
      name: node.name,
      operation: node.operation,
      inputs: computed.map(({ layer }) => layer),
    };
    const [features] = computed;
    if (features === undefined) {
      this.add(node, unknown(base, node.operation).layer, undefined);
      return;
    }
    const moved = this.moved(node, features);
    if (moved !== undefined) {
      values.addFeatures(node, { layer: features.layer, axes: moved });
      return;
    }
    if (isReshape(node)) {
      this.add(node, { ...base, kind: "reshape" }, flattened(features.axes));
      return;
    }
    const { layer, axes, along } = readOperator(node, base, features, values);
    if (along !== undefined) this.along.set(base.id, along);
    if (layer?.kind === "convolution" && areOfInput(features.axes) && !this.nameInputAxes(features.layer, features.axes)) {
      this.add(node, unknown(base, `Conv over ${axesText(features.axes)}`).layer, undefined);
      return;
    }
    if (layer === undefined) values.addFeatures(node, { layer: features.layer, axes });
    else this.add(node, layer, axes);
  }

  /** The first convolution on the input says which of its dimensions is which; whether this one takes them in the same order. */
  private nameInputAxes(last: string, axes: readonly Axis[]): boolean {
    const image = axesText(axes.slice(2));
    this.image ??= image;
    if (image !== this.image) return false;
    this.layers = nameInputAxes(this.layers, last, axes, this.along);
    return true;
  }

  private add(node: OnnxNode, layer: Layer, axes: Features["axes"]): void {
    this.values.addFeatures(node, { layer: layer.id, axes });
    this.layers.push(layer);
  }

  /** The result of a node that computes constants; undefined where it computes features, or is not known. */
  private constantOf(node: OnnxNode, inputs: readonly string[]): Constant | undefined {
    const { values } = this;
    if (node.domain !== "") return undefined;
    if (node.operation === "Constant") return this.constantNode(node);
    const features = values.features(inputs[0] ?? "");
    if (features !== undefined) {
      return node.operation === "Shape" && features.axes
        ? shapeOf(
            node,
            features.axes.map(({ size }) => size ?? Number.NaN),
          )
        : undefined;
    }
    const used = node.operation === "CastLike" ? inputs.slice(0, 1) : inputs;
    if (used.some((name) => values.features(name) !== undefined)) return undefined;
    return foldConstants(
      node,
      used.map((name) => values.constant(name, node)!),
      (tensor) => values.read(tensor, node),
    );
  }

  private constantNode(node: OnnxNode): Constant | undefined {
    if (node.attributes.has("value_float")) return { shape: [], values: Float32Array.of(attributeFloat(node, "value_float", 0)) };
    if (node.attributes.has("value_int")) return { shape: [], values: [attributeInteger(node, "value_int", 0)] };
    const integers = attributeIntegers(node, "value_ints");
    if (integers && integers.length > 0) return { shape: [integers.length], values: integers };
    const floats = attributeFloatBytes(node, "value_floats");
    return floats && { shape: [floats.length / 4], values: new Float32Array(floats.buffer) };
  }

  /** The dimensions after a node that only moves them, or does nothing; undefined when it does more. */
  private moved(node: OnnxNode, { axes }: Features): readonly Axis[] | undefined {
    if (node.domain !== "" || axes === undefined) return undefined;
    const second = () => this.values.constant(node.inputs[1] ?? "", node);
    switch (node.operation) {
      case "Identity":
      case "Dropout":
        return axes;
      case "Cast":
        return FLOAT_TYPES.has(attributeInteger(node, "to", 0)) ? axes : undefined;
      case "Transpose":
        return transposed(axes, attributeIntegers(node, "perm"));
      case "Squeeze":
        return squeezed(axes, axesArgument(node, second()));
      case "Unsqueeze":
        return unsqueezed(axes, axesArgument(node, second()) ?? []);
      case "Reshape": {
        const sizes = second()?.values;
        return sizes && (reshaped(axes, [...sizes]) ?? imageFlattened(axes, [...sizes]));
      }
      case "Gather": {
        // x[:, :, 0, 0] after the global average.
        const index = second();
        const isFirst = index?.shape.length === 0 && (index.values[0] === 0 || index.values[0] === -1);
        return isFirst ? squeezed(axes, [attributeInteger(node, "axis", 0)]) : undefined;
      }
      case "Flatten":
        return attributeInteger(node, "axis", 1) === 1 && axes.length > 0 ? reshaped(axes, [axes[0]!.size ?? -1, -1]) : undefined;
      default:
        return undefined;
    }
  }
}

function isReshape({ domain, operation }: OnnxNode): boolean {
  return domain === "" && ["Reshape", "Flatten", "Squeeze"].includes(operation);
}

/** What a reshape to unknown sizes is taken for where only the channels are left, and where more is. */
function flattened(axes: Features["axes"]): Features["axes"] {
  if (axes === undefined) return undefined;
  const channel = axes.find(({ role }) => role === "channel");
  const isVector = channel !== undefined && axes.every((axis) => axis === channel || isAxis(axis, "batch"));
  return [{ role: "batch", size: undefined }, isVector ? channel : { role: "mixed", size: undefined }];
}

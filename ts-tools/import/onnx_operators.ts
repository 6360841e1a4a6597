/** ONNX operators as layers. Weights come as [output, input, height, width]; they leave as [height, width, input, output]. */

import { arithmetic, isOrdered } from "./arithmetic.js";
import {
  type Extent,
  elementCount,
  extentText,
  fromFront,
  type Layer,
  type LayerBase,
  layerError,
  quoted,
  transposedMatrix,
  type Weights,
} from "./layer_graph.js";
import { type Axis, areAxes, axesText, CHANNELS_FIRST, CHANNELS_LAST, isAxis, ONE, type Role } from "./onnx_axes.js";
import { axesArgument } from "./onnx_constants.js";
import type { Features, OnnxValues } from "./onnx_features.js";
import { areOfInput, isOfInput, varyingAxis } from "./onnx_input_axes.js";
import { averagePooling, convolutionPadding } from "./onnx_padding.js";
import { attributeFloat, attributeInteger, attributeIntegers, type OnnxNode } from "./onnx_schema.js";

/** A layer, and the dimensions of what it computes; no layer where the next one does the work. */
export interface ReadLayer {
  layer: Layer | undefined;
  axes: readonly Axis[] | undefined;
  /** In front of the first convolution, the dimension along which the layer's values differ. */
  along?: Role;
}

const ACTIVATIONS = new Set([
  "Relu",
  "LeakyRelu",
  "PRelu",
  "Elu",
  "Selu",
  "Celu",
  "Sigmoid",
  "HardSigmoid",
  "HardSwish",
  "Tanh",
  "Softplus",
  "Gelu",
  "Clip",
]);

/** A node with at least one input that layers compute; `features` is the first of these. */
export function readOperator(node: OnnxNode, base: LayerBase, features: Features, values: OnnxValues): ReadLayer {
  const { axes } = features;
  const { operation } = node;
  if (node.domain !== "") return unknown(base, `${node.domain}.${operation}`);
  if (ACTIVATIONS.has(operation)) return { layer: { ...base, kind: "activation", activation: operation.toLowerCase() }, axes };
  switch (operation) {
    case "Conv":
      return convolution(node, base, axes, values);
    case "BatchNormalization":
      if (axes && !isAxis(axes[1], "channel") && !isOfInput(axes[1]!.role)) return unknown(base, `${operation} over ${axesText(axes)}`);
      // Until version 13 of the operators the mean and variance of the batch, as outputs, said so.
      if (attributeInteger(node, "training_mode", 0) !== 0 || node.outputs.filter((name) => name !== "").length > 1) {
        throw layerError(
          values.path,
          base,
          `is a ${operation} in training mode`,
          "a model that is exported to be used: export model.eval()",
        );
      }
      return { layer: batchNorm(node, base, values), axes, ...(areOfInput(axes) && { along: axes[1]!.role }) };
    case "AveragePool":
      return averagePool(node, base, axes);
    case "GlobalAveragePool":
      if (axes && !areAxes(axes, CHANNELS_FIRST)) return unknown(base, `${operation} over ${axesText(axes)}`);
      return { layer: { ...base, kind: "globalAveragePool" }, axes: axes?.map(averagedIfImage) };
    case "ReduceMean":
      return mean(node, base, axes, values);
    case "Concat":
      return concat(node, base, values);
    case "Add":
    case "Sub":
    case "Mul":
    case "Div":
      return affine(node, base, axes, values);
    case "Gemm":
    case "MatMul":
      return dense(node, base, axes, values);
    case "Softmax":
    case "LogSoftmax": {
      const axis = attributeInteger(node, "axis", values.opset < 13 ? 1 : -1);
      const isOverClasses = axes === undefined || isAxis(axes[fromFront(axis, axes.length)], "channel");
      // The logarithm changes no answer: the module computes the probabilities itself, from the logits.
      return {
        layer: { ...base, kind: "activation", activation: isOverClasses ? "softmax" : `${operation.toLowerCase()} over axis ${axis}` },
        axes,
      };
    }
    default:
      return unknown(base, operation);
  }
}

/** What is not read, as the sentence calls it that says where it is; operators of other domains may have any name. */
export function unknown(base: LayerBase, what: string): ReadLayer & { layer: Layer } {
  const operation = /^[\w.]/.test(what) && !/[^\w. ,[\]-]/.test(what) ? what : `node of the operator ${quoted(what)}`;
  return { layer: { ...base, kind: "unknown", operation }, axes: undefined };
}

/** inputs: features, kernel [output, input, height, width], bias [output]. */
function convolution(node: OnnxNode, base: LayerBase, axes: Features["axes"], values: OnnxValues): ReadLayer {
  const kernel = values.requireWeights(node.inputs[1], base, "kernel");
  const [outputs = 0, , height = 0, width = 0] = kernel.shape;
  if (kernel.shape.length !== 4) return unknown(base, `Conv of ${kernel.shape.length - 2} dimensions`);
  if (axes && !isImage(axes)) return unknown(base, `Conv over ${axesText(axes)}`);
  const dilations = extent(node, "dilations");
  const padding = convolutionPadding(node, [height, width], dilations);
  const layer: Layer = {
    ...base,
    kind: "convolution",
    kernel: channelsLast(kernel),
    bias: node.inputs[2] ? values.requireWeights(node.inputs[2], base, "bias") : undefined,
    strides: extent(node, "strides"),
    dilations,
    padding,
    groups: attributeInteger(node, "group", 1),
    activation: "linear",
  };
  const [batch, , rows, columns] = axes ?? [];
  return {
    layer,
    axes: [
      { role: "batch", size: batch?.size },
      { role: "channel", size: outputs },
      { role: "height", size: rows?.size },
      { role: "width", size: columns?.size },
    ],
  };
}

/** Whether a convolution may take them: what other layers made, or the input, whose batch comes first and whose other dimensions are as it says. */
function isImage(axes: readonly Axis[]): boolean {
  if (!areOfInput(axes)) return areAxes(axes, CHANNELS_FIRST);
  return axes.length === 4 && isAxis(axes[0], "input 0") && axes[1]!.size === 1;
}

/** [output, input, height, width] -> [height, width, input, output]. */
function channelsLast({ shape, values }: Weights): Weights {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = shape;
  const moved = new Float32Array(values.length);
  const taps = height * width;
  let from = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < taps; tap++) moved[(tap * inputs + input) * outputs + output] = values[from++]!;
    }
  }
  return { shape: [height, width, inputs, outputs], values: moved };
}

/** inputs: features, scale, bias, mean, variance. */
function batchNorm(node: OnnxNode, base: LayerBase, values: OnnxValues): Layer {
  const [gamma, beta, mean, variance] = ["scale", "bias", "mean", "variance"].map((what, i) =>
    values.requireWeights(node.inputs[1 + i], base, what),
  );
  return { ...base, kind: "batchNorm", gamma, beta, mean: mean!, variance: variance!, epsilon: attributeFloat(node, "epsilon", 1e-5) };
}

function averagePool(node: OnnxNode, base: LayerBase, axes: Features["axes"]): ReadLayer {
  const size = extent(node, "kernel_shape");
  const strides = extent(node, "strides");
  const [batch, channel, height, width] = axes ?? IMAGE_OF_ANY_SIZE;
  if (axes && !areAxes(axes, CHANNELS_FIRST)) {
    return unknown(base, `AveragePool over ${axesText(axes)}`);
  }
  const dilations = extent(node, "dilations");
  if (dilations.some((step) => step !== 1)) {
    return unknown(base, `AveragePool with dilation ${extentText(dilations)}`);
  }
  // A window over everything, larger than those between the convolutions.
  if (
    height!.size === size[0] &&
    width!.size === size[1] &&
    Math.max(...size) > 2 &&
    attributeIntegers(node, "pads")?.some((pad) => pad !== 0) !== true
  ) {
    return { layer: { ...base, kind: "globalAveragePool" }, axes: axes?.map(averagedIfImage) };
  }
  const { sizes, padding } = averagePooling(node, size, strides, [height!, width!]);
  return {
    layer: { ...base, kind: "averagePool", size, strides, padding, activation: "linear" },
    axes: [batch!, channel!, { role: "height", size: sizes[0] }, { role: "width", size: sizes[1] }],
  };
}

const IMAGE_OF_ANY_SIZE: readonly Axis[] = CHANNELS_FIRST.map((role) => ({ role, size: undefined }));

function averagedIfImage(axis: Axis): Axis {
  return isImageAxis(axis) ? ONE : axis;
}

/** The global average in one step or in two, first over one dimension of the image, then over the other. */
function mean(node: OnnxNode, base: LayerBase, axes: Features["axes"], values: OnnxValues): ReadLayer {
  const indices = axesArgument(node, values.constant(node.inputs[1] ?? "", base)) ?? [];
  if (axes === undefined) return unknown(base, "ReduceMean");
  const averaged = new Set(indices.map((index) => fromFront(index, axes.length)));
  const isOfImage = averaged.size > 0 && [...averaged].every((index) => axes[index] && isImageAxis(axes[index]));
  if (!isOfImage) return unknown(base, `ReduceMean over ${indices.length === 0 ? "all axes" : `axes ${indices.join(", ")}`}`);
  const keeps = attributeInteger(node, "keepdims", 1) !== 0;
  const left = axes.flatMap((axis, index): Axis[] =>
    averaged.has(index) ? (keeps ? [{ role: "averaged", size: undefined }] : []) : [axis],
  );
  if (left.some(isImageAxis)) return { layer: undefined, axes: left };
  return { layer: { ...base, kind: "globalAveragePool" }, axes: left.map((axis) => (axis.role === "averaged" ? ONE : axis)) };
}

function isImageAxis({ role }: Axis): boolean {
  return role === "height" || role === "width" || role === "image";
}

function concat(node: OnnxNode, base: LayerBase, values: OnnxValues): ReadLayer {
  const joined = base.inputs.length === node.inputs.length ? node.inputs.map((name) => values.features(name)?.axes) : [];
  const [first] = joined;
  const layout = first?.map(({ role }) => role);
  const sameLayout = joined.every((axes) => axes && layout && areAxes(axes, layout));
  const axis = fromFront(attributeInteger(node, "axis", 1), first?.length ?? 0);
  const along = first?.[axis];
  if (first === undefined || along === undefined || !sameLayout) return unknown(base, "Concat in different layouts");
  const size = joined.reduce((sum, axes) => sum + (axes?.[axis]?.size ?? Number.NaN), 0);
  return {
    layer: { ...base, kind: "concat", axis: CHANNELS_LAST.indexOf(along.role), activation: "linear" },
    axes: first.with(axis, { role: along.role, size: Number.isNaN(size) ? undefined : size }),
  };
}

/** x + constant, x - constant, x * constant, x / constant; sum and product in either order. */
function affine(node: OnnxNode, base: LayerBase, axes: Features["axes"], values: OnnxValues): ReadLayer {
  const { operation, inputs } = node;
  const isFirst = values.features(inputs[0] ?? "") !== undefined;
  const constant = values.weights(inputs[isFirst ? 1 : 0] ?? "", base);
  if (constant === undefined || inputs.length !== 2 || (!isFirst && isOrdered(operation))) return unknown(base, operation);
  const along = areOfInput(axes) ? varyingAxis(constant.shape, axes) : "none";
  const perChannel = along === undefined || along === "none" ? alongChannels(constant, axes) : constant;
  if (perChannel === undefined) return unknown(base, `${operation} of a constant of shape [${constant.shape.join(", ")}]`);
  return { layer: { ...base, ...arithmetic(operation, perChannel) }, axes, ...(along !== undefined && along !== "none" && { along }) };
}

/** A constant as [channels], or of one value; undefined when it is different along another dimension. */
function alongChannels({ shape, values }: Weights, axes: Features["axes"]): Weights | undefined {
  if (values.length === 1 && shape.length <= (axes?.length ?? 4)) return { shape: [], values };
  if (axes === undefined) return { shape, values };
  const first = axes.length - shape.length;
  const isPerChannel = first >= 0 && shape.every((size, index) => size === 1 || axes[first + index]!.role === "channel");
  return isPerChannel ? { shape: [values.length], values } : undefined;
}

/** Gemm: x [batch, input], weights [input, output] or, with transB, [output, input], bias. MatMul: without a bias. */
function dense(node: OnnxNode, base: LayerBase, axes: Features["axes"], values: OnnxValues): ReadLayer {
  const { operation, inputs } = node;
  const factors = ["alpha", "beta"].filter((name) => attributeFloat(node, name, 1) !== 1);
  const what = [...factors, ...(attributeInteger(node, "transA", 0) === 0 ? [] : ["transA"])].map((name) => ` with ${name}`).join("");
  const isOverChannels = axes === undefined || (isAxis(axes.at(-1), "channel") && axes.slice(0, -1).every((axis) => isAxis(axis, "batch")));
  if (what !== "" || !isOverChannels || values.features(inputs[0] ?? "") === undefined) {
    return unknown(base, `${operation}${what || ` over ${axesText(axes ?? [])}`}`);
  }
  const weights = values.requireWeights(inputs[1], base, "weights");
  const kernel = attributeInteger(node, "transB", 0) === 0 ? weights : transposed(values.path, base, weights);
  const bias = inputs[2] ? values.requireWeights(inputs[2], base, "bias") : undefined;
  const layer: Layer = { ...base, kind: "dense", kernel, bias, activation: "linear" };
  return { layer, axes: axes?.with(-1, { role: "channel", size: kernel.shape[1] }) };
}

/** [output, input] -> [input, output]. */
function transposed(path: string, base: LayerBase, { shape, values }: Weights): Weights {
  const [outputs = 0, inputs = 0] = shape;
  if (shape.length !== 2 || elementCount(shape) !== values.length)
    throw layerError(path, base, `has weights of shape [${shape.join(", ")}]`, "[output, input]");
  return { shape: [inputs, outputs], values: transposedMatrix(values, outputs, inputs) };
}

/** Two numbers, 1 where they are not given. */
function extent(node: OnnxNode, name: string): Extent {
  const [height = 1, width = 1] = attributeIntegers(node, name) ?? [];
  return [height, width];
}

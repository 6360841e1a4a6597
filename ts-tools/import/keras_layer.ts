/** One Keras layer, by its class and configuration, as a layer of the graph. */

import { asArray, asNumber, asObject, asText, isObject, type Json, type JsonObject } from "./json.js";
import type { KerasLayer } from "./keras_config.js";
import type { Extent, Layer, LayerBase, Weights } from "./layer_graph.js";
import { eachOf, layerError, numberText } from "./layer_graph.js";

/** A weight that must be there: its name, and its index in the order in which Keras creates the layer's weights. */
type WeightOf = (name: string, index: number) => Weights;

export function kerasLayer(path: string, layer: KerasLayer, weight: WeightOf): Layer {
  const { id, config, className: operation, inputs } = layer;
  const base = { id, name: id, operation, inputs };
  if (config.data_format === "channels_first") return { ...base, kind: "unknown", operation: `channels_first ${operation}` };
  switch (operation) {
    case "InputLayer":
      return { ...base, kind: "input", shape: asArray(config.batch_shape ?? config.batch_input_shape).map(sizeOrOpen) };
    case "Conv2D":
    case "Convolution2D":
      return {
        ...base,
        kind: "convolution",
        kernel: weight("kernel", 0),
        bias: config.use_bias === false ? undefined : weight("bias", 1),
        strides: extent(config.strides, [1, 1]),
        dilations: extent(config.dilation_rate, [1, 1]),
        padding: asText(config.padding).toLowerCase(),
        groups: config.groups === undefined ? 1 : asNumber(config.groups),
        activation: activationName(config.activation),
      };
    case "BatchNormalization":
      return batchNorm(path, base, config, weight);
    case "Rescaling":
      return rescaling(base, config);
    case "Normalization":
      return normalization(base, config, weight);
    case "ReLU":
      return { ...base, kind: "activation", activation: reluName(config) };
    case "Activation":
      return { ...base, kind: "activation", activation: activationName(config.activation) };
    case "Softmax":
      return { ...base, kind: "activation", activation: softmaxName(config) };
    case "AveragePooling2D":
    case "AvgPool2D":
      return {
        ...base,
        kind: "averagePool",
        size: extent(config.pool_size, [2, 2]),
        strides: extent(config.strides, extent(config.pool_size, [2, 2])),
        padding: asText(config.padding).toLowerCase(),
        activation: "linear",
      };
    case "GlobalAveragePooling2D":
    case "GlobalAvgPool2D":
      return { ...base, kind: "globalAveragePool" };
    case "Concatenate":
      return { ...base, kind: "concat", axis: config.axis === undefined ? -1 : asNumber(config.axis), activation: "linear" };
    case "Dense":
      return {
        ...base,
        kind: "dense",
        kernel: weight("kernel", 0),
        bias: config.use_bias === false ? undefined : weight("bias", 1),
        activation: activationName(config.activation),
      };
    case "Flatten":
      return { ...base, kind: "reshape" };
    case "Reshape":
      return { ...base, kind: "reshape", to: [undefined, ...asArray(config.target_shape).map(sizeOrOpen)] };
    case "ExpandDims":
      return { ...base, kind: "reshape", to: { newAxis: asNumber(config.axis) } };
    case "TFOpLambda":
      if (config.function === "expand_dims") return { ...base, kind: "reshape", to: { newAxis: asNumber(layer.call.axis) } };
      return { ...base, kind: "unknown", operation: `function ${asText(config.function)}` };
    case "Dropout":
    case "SpatialDropout2D":
    case "GaussianNoise":
    case "GaussianDropout":
    case "ActivityRegularization":
      return { ...base, kind: "identity" };
    default:
      return { ...base, kind: "unknown", operation: operation || "layer without a class" };
  }
}

/** Weights in the order of their creation: gamma (if scale), beta (if center), moving mean, moving variance. */
function batchNorm(path: string, base: LayerBase, config: JsonObject, weight: WeightOf): Layer {
  const axis = asNumber(Array.isArray(config.axis) ? config.axis[0] : (config.axis ?? -1));
  const epsilon = asNumber(config.epsilon);
  if (!(epsilon >= 0)) throw layerError(path, base, "has no epsilon in its configuration", "a number");
  let index = 0;
  return {
    ...base,
    kind: "batchNorm",
    axes: [axis],
    gamma: config.scale === false ? undefined : weight("gamma", index++),
    beta: config.center === false ? undefined : weight("beta", index++),
    mean: weight("moving_mean", index++),
    variance: weight("moving_variance", index++),
    epsilon,
  };
}

/** scale x + offset. */
function rescaling(base: LayerBase, config: JsonObject): Layer {
  return {
    ...base,
    kind: "batchNorm",
    gamma: numbers(config.scale, 1),
    beta: numbers(config.offset, 0),
    mean: numbers(undefined, 0),
    variance: numbers(undefined, 1),
    epsilon: 0,
  };
}

/** (x - mean) / max(sqrt(variance), 1e-7); mean and variance are settings, or weights of a layer that was adapted. */
function normalization(base: LayerBase, config: JsonObject, weight: WeightOf): Layer {
  if (config.invert === true) return { ...base, kind: "unknown", operation: "inverted Normalization" };
  const isAdapted = config.mean === undefined || config.mean === null;
  const variance = isAdapted ? weight("variance", 1) : numbers(config.variance, 1);
  return {
    ...base,
    kind: "batchNorm",
    axes: asArray(config.axis).map(asNumber),
    gamma: undefined,
    beta: undefined,
    mean: isAdapted ? weight("mean", 0) : numbers(config.mean, 0),
    variance: eachOf(variance, (value) => Math.max(value, 1e-14)),
    epsilon: 0,
  };
}

/** A number or nested lists of numbers, as one dimension. */
function numbers(value: Json | undefined, fallback: number): Weights {
  const flat = (item: Json): number[] => (Array.isArray(item) ? item.flatMap(flat) : [asNumber(item)]);
  const values = Float32Array.from(flat(value ?? fallback));
  return { shape: [values.length], values };
}

/** Keras writes null or -1. */
function sizeOrOpen(size: Json): number | undefined {
  return typeof size === "number" && size > 0 ? size : undefined;
}

/** [height, width], also where it is written as one number. */
function extent(value: Json | undefined, fallback: Extent): Extent {
  if (typeof value === "number") return [value, value];
  return Array.isArray(value) ? [asNumber(value[0]), asNumber(value[1])] : fallback;
}

/** "relu", "linear", ...; Keras 3 may write a function or a layer as an object with class_name and config. */
function activationName(value: Json | undefined): string {
  if (value === undefined || value === null) return "linear";
  if (!isObject(value)) return asText(value).toLowerCase();
  if (value.class_name === "ReLU") return reluName(asObject(value.config));
  if (value.class_name === "Softmax") return softmaxName(asObject(value.config));
  return asText(typeof value.config === "string" ? value.config : value.class_name).toLowerCase();
}

/** "relu" only where it is max(x, 0). */
function reluName(config: JsonObject): string {
  const changed = ["max_value", "negative_slope", "threshold"].filter((key) => (config[key] ?? 0) !== 0);
  if (config.max_value === 0) changed.push("max_value");
  return ["relu", ...changed.map((key) => `${key} ${JSON.stringify(config[key])}`)].join(" with ");
}

/** Over the classes, which is the last of two dimensions. */
function softmaxName(config: JsonObject): string {
  const axis = config.axis === undefined ? -1 : asNumber(config.axis);
  return axis === -1 || axis === 1 ? "softmax" : `softmax over axis ${numberText(axis)}`;
}

/** TensorFlow Lite operators as layers. Weights come as OHWI and [outputs, inputs]; they leave as HWIO and [inputs, outputs]. */

import { arithmetic, isOrdered } from "./arithmetic.js";
import { isTimeAndCoefficient, type Layer, type LayerBase, layerError, transposedMatrix, type Weights } from "./layer_graph.js";
import {
  arithmeticActivation,
  concatenationOptions,
  convolutionOptions,
  fullyConnectedOptions,
  type Operator,
  poolOptions,
  softmaxBeta,
} from "./tflite_schema.js";
import type { TfliteTensors } from "./tflite_tensors.js";

/** One layer, or two where an activation is fused into an operator whose layer has none. */
export function readOperatorLayers(path: string, operation: string, operator: Operator, tensors: TfliteTensors): Layer[] {
  const { inputs, outputs, options } = operator;
  const [output = -1] = outputs;
  const base: LayerBase = {
    id: tensors.id(output),
    name: tensors.name(output),
    operation,
    inputs: inputs.filter((index) => index >= 0 && !tensors.isConstant(index)).map((index) => tensors.id(index)),
  };
  switch (operation) {
    case "CONV_2D":
      return [convolution(path, base, operator, tensors)];
    case "FULLY_CONNECTED":
      return [fullyConnected(path, base, operator, tensors)];
    case "AVERAGE_POOL_2D":
      return [{ ...base, kind: "averagePool", ...poolOptions(options) }];
    case "CONCATENATION":
      return [{ ...base, kind: "concat", ...concatenationOptions(options) }];
    case "MEAN": {
      const axes = tensors.integers(inputs[1] ?? -1);
      if (isTimeAndCoefficient(axes)) return [{ ...base, kind: "globalAveragePool" }];
      return [{ ...base, kind: "unknown", operation: `MEAN over axes ${axes.join(", ")}` }];
    }
    case "ADD":
    case "MUL":
    case "SUB":
    case "DIV":
      return affine(base, operator, tensors);
    case "RELU":
    case "RELU6":
    case "TANH":
    case "LOGISTIC":
    case "LEAKY_RELU":
      return [{ ...base, kind: "activation", activation: operation.toLowerCase() }];
    case "SOFTMAX": {
      const beta = softmaxBeta(options);
      return [{ ...base, kind: "activation", activation: beta === 1 ? "softmax" : `softmax with beta ${beta}` }];
    }
    case "RESHAPE":
      return [{ ...base, inputs: base.inputs.slice(0, 1), kind: "reshape", to: tensors.shape(output) }];
    case "EXPAND_DIMS":
      return [{ ...base, kind: "reshape", to: { newAxis: tensors.integers(inputs[1] ?? -1)[0] ?? Number.NaN } }];
    case "SQUEEZE":
      return [{ ...base, kind: "reshape" }];
    default:
      return [{ ...base, kind: "unknown" }];
  }
}

/** inputs: image, filter [output, height, width, input], bias [output]. */
function convolution(path: string, base: LayerBase, { inputs, options }: Operator, tensors: TfliteTensors): Layer {
  const kernel = outputsLast(path, base, tensors.weights(inputs[1] ?? -1, base, "kernel"), 4);
  return { ...base, kind: "convolution", kernel, bias: biasOf(base, inputs, tensors), groups: 1, ...convolutionOptions(options) };
}

/** inputs: features, weights [output, input], bias [output]. */
function fullyConnected(path: string, base: LayerBase, { inputs, options }: Operator, tensors: TfliteTensors): Layer {
  const { activation, isShuffled } = fullyConnectedOptions(options);
  if (isShuffled) return { ...base, kind: "unknown", operation: "FULLY_CONNECTED with shuffled weights" };
  const kernel = outputsLast(path, base, tensors.weights(inputs[1] ?? -1, base, "kernel"), 2);
  return { ...base, kind: "dense", kernel, bias: biasOf(base, inputs, tensors), activation };
}

function biasOf(layer: LayerBase, inputs: readonly number[], tensors: TfliteTensors): Weights | undefined {
  const [, , bias = -1] = inputs;
  return bias < 0 ? undefined : tensors.weights(bias, layer, "bias");
}

/** x + constant or x * constant, in either order, x - constant or x / constant, and the activation fused into it. */
function affine(base: LayerBase, { inputs, options }: Operator, tensors: TfliteTensors): Layer[] {
  const constant = inputs.slice(isOrdered(base.operation) ? 1 : 0).find((index) => tensors.isConstant(index));
  if (constant === undefined || base.inputs.length !== 1) return [{ ...base, kind: "unknown" }];
  const weights = tensors.weights(constant, base, "constant");
  const activation = arithmeticActivation(options);
  const id = activation === "linear" ? base.id : `${base.id} before its activation`;
  const layer: Layer = { ...base, id, ...arithmetic(base.operation, weights) };
  return activation === "linear" ? [layer] : [layer, { ...base, inputs: [id], kind: "activation", activation }];
}

/** [output, ...others] becomes [...others, output]. */
function outputsLast(path: string, layer: LayerBase, { shape, values }: Weights, rank: number): Weights {
  const [outputs = 0, ...others] = shape;
  if (shape.length !== rank) throw layerError(path, layer, `has a kernel of shape [${shape.join(", ")}]`, `${rank} dimensions`);
  const each = values.length / Math.max(outputs, 1);
  return { shape: [...others, outputs], values: transposedMatrix(values, outputs, each) };
}

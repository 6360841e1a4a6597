/**
 * What exporters compute from constants and sizes while the model runs: the axes and sizes of the next operator, or a bias of zeros. The results are
 * constants, too, with NaN for a size that the model leaves open.
 */

import { elementCount, fromFront, transposedMatrix } from "./layer_graph.js";
import { type Axis, squeezed, unsqueezed } from "./onnx_axes.js";
import { attributeInteger, attributeIntegers, attributeTensor, type OnnxNode, type OnnxTensor } from "./onnx_schema.js";
import type { Constant } from "./onnx_tensors.js";

/** Values that an operator may make of fewer: biases are the longest. */
const MOST_MADE = 2 ** 12;

/** The result of a node whose inputs are all constant; undefined when it is none of these operators, or does something else than exporters need. */
export function foldConstants(
  node: OnnxNode,
  inputs: readonly Constant[],
  readTensor: (tensor: OnnxTensor) => Constant,
): Constant | undefined {
  const [first, second] = inputs;
  if (first === undefined) return undefined;
  const { shape, values } = first;
  switch (node.operation) {
    case "Identity":
    case "Cast":
    case "CastLike":
      return first;
    case "Shape":
      return shapeOf(node, shape);
    case "Reshape":
      return second && reshapeConstant(first, second.values);
    case "Squeeze":
      return withAxes(first, squeezed(axesOf(shape), axesArgument(node, second)));
    case "Unsqueeze":
      return withAxes(first, unsqueezed(axesOf(shape), axesArgument(node, second) ?? []));
    case "Transpose":
      return transposeMatrix(first, attributeIntegers(node, "perm"));
    case "Concat":
      return concat(inputs);
    case "Gather":
      return second && gather(first, second);
    case "Slice":
      return slice(first, inputs.slice(1));
    case "Expand":
      return second && filled(first.values, second.values);
    case "ConstantOfShape": {
      const value = attributeTensor(node, "value");
      return filled(value ? readTensor(value).values : new Float32Array(1), values);
    }
    default:
      return undefined;
  }
}

/** The axes that a node names: an attribute until opset 12 or 17, then an input. */
export function axesArgument(node: OnnxNode, input: Constant | undefined): readonly number[] | undefined {
  return attributeIntegers(node, "axes") ?? (input && [...input.values]);
}

/** The sizes of a tensor, from `start` to `end`. */
export function shapeOf(node: OnnxNode, shape: readonly number[]): Constant {
  const values = shape.slice(attributeInteger(node, "start", 0), attributeInteger(node, "end", shape.length));
  return { shape: [values.length], values };
}

function reshapeConstant({ shape, values }: Constant, sizes: Constant["values"]): Constant | undefined {
  const copied = Array.from(sizes, (size, index) => (size === 0 ? (shape[index] ?? 0) : size));
  const known = elementCount(copied.filter((size) => size !== -1));
  const result = copied.map((size) => (size === -1 ? values.length / known : size));
  return elementCount(result) === values.length ? { shape: result, values } : undefined;
}

function axesOf(shape: readonly number[]): Axis[] {
  return shape.map((size) => ({ role: "mixed", size }));
}

function withAxes({ values }: Constant, axes: readonly Axis[] | undefined): Constant | undefined {
  return axes && { shape: axes.map(({ size }) => size!), values };
}

/** [rows, columns] -> [columns, rows]. */
function transposeMatrix({ shape, values }: Constant, order: readonly number[] = [1, 0]): Constant | undefined {
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2 || order.join() !== "1,0" || !(values instanceof Float32Array)) return undefined;
  return { shape: [columns, rows], values: transposedMatrix(values, rows, columns) };
}

function concat(inputs: readonly Constant[]): Constant | undefined {
  const count = inputs.reduce((sum, { values }) => sum + values.length, 0);
  if (count > MOST_MADE || inputs.some(({ shape }) => shape.length !== 1)) return undefined;
  return { shape: [count], values: inputs.flatMap(({ values }) => [...values]) };
}

/** Of a list of values. */
function gather({ shape, values }: Constant, { shape: places, values: indices }: Constant): Constant | undefined {
  if (shape.length !== 1 || indices.length > MOST_MADE) return undefined;
  const found = Array.from(indices, (index) => values[fromFront(index, values.length)]);
  return found.includes(undefined) ? undefined : { shape: places, values: found as number[] };
}

/** Of a list of values, forwards. */
function slice({ shape, values }: Constant, [starts, ends, , steps]: readonly Constant[]): Constant | undefined {
  const [start, end] = [starts?.values[0], ends?.values[0]];
  if (shape.length !== 1 || values.length > MOST_MADE || start === undefined || end === undefined || (steps?.values[0] ?? 1) !== 1)
    return undefined;
  const part = [...values].slice(start, end);
  return { shape: [part.length], values: part };
}

/** One value in a tensor of these sizes. */
function filled(value: Constant["values"], sizes: Constant["values"]): Constant | undefined {
  const shape = [...sizes];
  const count = elementCount(shape);
  if (value.length !== 1 && value.length === count && shape.length === 1) return { shape, values: value };
  if (value.length !== 1 || !Number.isSafeInteger(count) || count < 0 || count > MOST_MADE) return undefined;
  return {
    shape,
    values: value instanceof Float32Array ? new Float32Array(count).fill(value[0]!) : new Array<number>(count).fill(value[0]!),
  };
}

/**
 * What every format reader produces and recognize.ts reads: layers with their weights, joined by the ids of their inputs.
 * Tensors are [batch, time, coefficient, channel] throughout; readers transpose what their format lays out otherwise.
 */

import { ModelError } from "../model/model_error.js";

/** A constant tensor, row-major. */
export interface Weights {
  shape: readonly number[];
  values: Float32Array;
}

/** [height, width], which is [time, coefficient]. */
export type Extent = readonly [height: number, width: number];

/** What every layer has. */
export interface LayerBase {
  /** Unique in the graph. */
  id: string;
  /** The name in the source file, for messages. */
  name: string;
  /** What the source file calls this kind of layer: "Conv2D", "AVERAGE_POOL_2D", ... */
  operation: string;
  /** Ids of the layers whose outputs this one takes, in order. */
  inputs: readonly string[];
}

export interface InputLayer extends LayerBase {
  kind: "input";
  /** undefined for an open size, usually the batch. */
  shape: readonly (number | undefined)[];
}

export interface ConvolutionLayer extends LayerBase {
  kind: "convolution";
  /** [kernelHeight, kernelWidth, inputChannels, outputChannels]. */
  kernel: Weights;
  bias: Weights | undefined;
  strides: Extent;
  dilations: Extent;
  /** Lower case: "same", "valid", "explicit", ... */
  padding: string;
  groups: number;
  /** Lower case: "linear" where none is fused. */
  activation: string;
}

/** gamma (x - mean) / sqrt(variance + epsilon) + beta, per channel; gamma and beta may be left out. Keras' Normalization and Rescaling are of this form, too. */
export interface BatchNormLayer extends LayerBase {
  kind: "batchNorm";
  /** The dimensions that the values belong to, negative ones counted from the end; default: the channels. On the input they may be others. */
  axes?: readonly number[];
  gamma: Weights | undefined;
  beta: Weights | undefined;
  mean: Weights;
  variance: Weights;
  epsilon: number;
}

/** x * factor: one value, or one per channel; on the input any shape that broadcasts. */
export interface ScaleLayer extends LayerBase {
  kind: "scale";
  factor: Weights;
}

/** x + offset: one value, or one per channel; on the input any shape that broadcasts. */
export interface ShiftLayer extends LayerBase {
  kind: "shift";
  offset: Weights;
}

export interface ActivationLayer extends LayerBase {
  kind: "activation";
  /** Lower case: "relu", "softmax", "relu6", ... */
  activation: string;
}

export interface AveragePoolLayer extends LayerBase {
  kind: "averagePool";
  size: Extent;
  strides: Extent;
  padding: string;
  activation: string;
}

/** The mean over time and coefficient. */
export interface GlobalAveragePoolLayer extends LayerBase {
  kind: "globalAveragePool";
}

export interface ConcatLayer extends LayerBase {
  kind: "concat";
  axis: number;
  activation: string;
}

export interface DenseLayer extends LayerBase {
  kind: "dense";
  /** [inputs, outputs]. */
  kernel: Weights;
  bias: Weights | undefined;
  activation: string;
}

/** Flatten, squeeze, reshape: accepted on the input (recognize_input.ts) and in the head (recognize_head.ts). */
export interface ReshapeLayer extends LayerBase {
  kind: "reshape";
  /** The output's shape, undefined for an open size; or the place of one more dimension of 1, negative from the end. Not known: undefined. */
  to?: readonly (number | undefined)[] | { newAxis: number };
}

/** Does nothing when a trained model runs: dropout, identity. */
export interface IdentityLayer extends LayerBase {
  kind: "identity";
}

/** Anything else; `operation` says what. */
export interface UnknownLayer extends LayerBase {
  kind: "unknown";
}

export type Layer =
  | InputLayer
  | ConvolutionLayer
  | BatchNormLayer
  | ScaleLayer
  | ShiftLayer
  | ActivationLayer
  | AveragePoolLayer
  | GlobalAveragePoolLayer
  | ConcatLayer
  | DenseLayer
  | ReshapeLayer
  | IdentityLayer
  | UnknownLayer;

export type LayerKind = Layer["kind"];
export type LayerOf<K extends LayerKind> = Extract<Layer, { kind: K }>;

export interface LayerGraph {
  /** The file or folder as the user named it, for messages. */
  source: string;
  /** For FloatModel.format. */
  format: string;
  layers: readonly Layer[];
  /** Ids of the layers whose outputs are the model's outputs. */
  outputs: readonly string[];
}

/** The product of the dimensions: 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** The index that a negative one, counted from the end, means. */
export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** A matrix [rows, columns] as [columns, rows]. */
export function transposedMatrix(values: Float32Array, rows: number, columns: number): Float32Array {
  const transposed = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) transposed[column * rows + row] = values[row * columns + column]!;
  }
  return transposed;
}

/** The tensor with a function applied to each of its values. */
export function eachOf({ shape, values }: Weights, change: (value: number) => number): Weights {
  return { shape, values: values.map(change) };
}

/** For messages: a text of the file in quotes. Unlike shown() it is never cut: the end of a long layer name tells which layer it is. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** For messages: a number, "?" where the file has none. */
export function numberText(value: number): string {
  return Number.isNaN(value) ? "?" : String(value);
}

/** For messages: "3x3". */
export function extentText(extent: Extent): string {
  return extent.map(numberText).join("x");
}

/** Whether a mean over these axes of [batch, time, coefficient, channel] is the global average; negative axes count from the end. */
export function isTimeAndCoefficient(axes: readonly number[]): boolean {
  const [first, second, ...others] = axes.map((axis) => fromFront(axis, 4)).sort((a, b) => a - b);
  return first === 1 && second === 2 && others.length === 0;
}

/** An error about one layer: `FILE: layer "NAME" <found>, expected <expected>.` */
export function layerError(source: string, layer: { name: string }, found: string, expected: string): ModelError {
  return new ModelError(`${source}: layer ${quoted(layer.name)} ${found}, expected ${expected}.`);
}

/** An error about the whole file: `FILE: <sentence>.`; `cause` is the original error, for debugging. */
export function fileError(source: string, sentence: string, cause?: unknown): ModelError {
  return new ModelError(`${source}: ${sentence}.`, { cause });
}

/** What `work` resolves to; whatever it throws becomes the cause of a file error. */
export async function orFileError<T>(source: string, sentence: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw fileError(source, sentence, cause);
  }
}

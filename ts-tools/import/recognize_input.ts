/**
 * What is between the input of Light-SERNet and body I: the MFCCs with one more dimension, scaled or normalized. Everything here is y = a x + b per coefficient;
 * it composes to one pair a, b for each, in float64.
 *
 * One factor for all coefficients is folded into the kernels of body I. Anything else cannot be: the convolutions pad y with zeros, not x, so that an offset would
 * need another bias at every edge, and a kernel meets coefficients of different factors. The module then computes y when it quantizes the MFCCs.
 */

import type { InputAffine } from "../model/input_affine.js";
import { type AffineLayer, requireFinite } from "./fold_batch_norm.js";
import type { GraphWalk } from "./graph_walk.js";
import {
  type BatchNormLayer,
  elementCount,
  fromFront,
  type InputLayer,
  type Layer,
  layerError,
  numberText,
  type ReshapeLayer,
  type ScaleLayer,
  type ShiftLayer,
  type Weights,
} from "./layer_graph.js";

export interface RecognizedInput {
  frames: number;
  coefficients: number;
  /** The paths of body I take the MFCCs times this, */
  factor: number;
  /** or these of each coefficient. */
  input: InputAffine | undefined;
  /** The layer whose output they take. */
  last: Layer;
}

/** Sizes of the layers in front of body I; undefined is open. */
type Shape = readonly (number | undefined)[];

const EXPECTED = "[batch, frames, coefficients, 1] or [batch, frames, coefficients] with a fixed number of coefficients";

/** Everything in front of body I; `openFrames` is the number of frames if the model takes any. */
export function recognizeInput(walk: GraphWalk, openFrames: number | undefined): RecognizedInput {
  const input = walk.input();
  const mfcc = mfccShape(walk.source, input);
  const affine = new AffineLayers(walk.source, mfcc.coefficients);
  let { frames, rank } = mfcc;
  let last: Layer = input;
  for (;;) {
    const [next, ...others] = walk.consumers(last);
    if (next === undefined || others.length > 0) break;
    if (next.kind === "reshape") {
      frames = reshaped(walk.source, next, frames, mfcc.coefficients, rank);
      rank = 4;
    } else if (next.kind === "batchNorm" || next.kind === "scale" || next.kind === "shift") affine.add(next, rank);
    else break;
    last = next;
  }
  if (rank !== 4)
    throw layerError(
      walk.source,
      input,
      `takes ${shapeText(input.shape)}`,
      "a Reshape or ExpandDims after it that adds a dimension of 1 at the end",
    );
  if (frames === undefined && openFrames === undefined) {
    throw layerError(
      walk.source,
      input,
      `takes ${shapeText(input.shape)}, any number of frames`,
      "a length in seconds: add --window 3, or that of the recordings it was trained on",
    );
  }
  return { frames: frames ?? openFrames!, coefficients: mfcc.coefficients, ...affine.result(), last };
}

/** The sizes of an input that holds MFCCs; `rank` is 3 where the last dimension is yet to be added. */
function mfccShape(source: string, input: InputLayer): { frames: number | undefined; coefficients: number; rank: number } {
  const { shape } = input;
  const [, frames, coefficients, channels] = shape;
  const isSize = (size: number | undefined): boolean => size !== undefined && Number.isSafeInteger(size) && size > 0;
  const fits = shape.length === 3 || (shape.length === 4 && channels === 1);
  if (!fits || !isSize(coefficients) || !(frames === undefined || isSize(frames))) {
    throw layerError(source, input, `takes ${shapeText(shape)}`, EXPECTED);
  }
  return { frames, coefficients: coefficients!, rank: shape.length };
}

/** The number of frames after a layer that turns [batch, frames, coefficients], with or without a dimension of 1 after them, into the form with it. */
function reshaped(source: string, layer: ReshapeLayer, frames: number | undefined, coefficients: number, rank: number): number | undefined {
  const expected = `${shapeText([undefined, frames, coefficients, 1])} (input)`;
  const { to } = layer;
  if (to === undefined) throw layerError(source, layer, "changes the shape of the input", expected);
  if ("newAxis" in to) {
    const { newAxis } = to;
    if (rank === 3 && (newAxis === 3 || newAxis === -1)) return frames;
    throw layerError(source, layer, `adds dimension ${numberText(newAxis)} to the input`, expected);
  }
  const [, height, width, channels] = to;
  const isSame = height === frames || height === undefined || frames === undefined;
  if (to.length === 4 && isSame && width === coefficients && channels === 1) return height ?? frames;
  throw layerError(source, layer, `makes ${shapeText(to)} of the input`, expected);
}

/** One for each coefficient. */
interface PerCoefficient {
  factors: ArrayLike<number>;
  offsets: ArrayLike<number>;
}

/** y = factor x + offset for each coefficient, what the layers in front of body I do so far. */
class AffineLayers {
  private readonly factors: Float64Array;
  private readonly offsets: Float64Array;

  constructor(
    private readonly source: string,
    private readonly coefficients: number,
  ) {
    this.factors = new Float64Array(coefficients).fill(1);
    this.offsets = new Float64Array(coefficients);
  }

  /** After `layer`, which takes a tensor of so many dimensions. */
  add(layer: AffineLayer, rank: number): void {
    const { factors, offsets } = layer.kind === "batchNorm" ? this.ofBatchNorm(layer, rank) : this.ofConstant(layer, rank);
    for (let k = 0; k < this.coefficients; k++) {
      this.factors[k]! *= factors[k]!;
      this.offsets[k] = this.offsets[k]! * factors[k]! + offsets[k]!;
    }
  }

  result(): { factor: number; input: InputAffine | undefined } {
    const factors = Array.from(this.factors);
    const offsets = Array.from(this.offsets);
    const [factor = 1] = factors;
    const isFactor = factors.every((other) => other === factor) && offsets.every((offset) => offset === 0);
    return isFactor ? { factor, input: undefined } : { factor: 1, input: { factors, offsets } };
  }

  private ofConstant(layer: ScaleLayer | ShiftLayer, rank: number): PerCoefficient {
    const { shape, values } = layer.kind === "scale" ? layer.factor : layer.offset;
    const missing = rank - shape.length;
    // As many dimensions as the input: missing ones come first and are 1.
    const varying = shape.flatMap((size, index) => (size === 1 ? [] : [index + missing]));
    const each = this.perCoefficient(layer, { shape, values }, varying);
    const none = new Float32Array(this.coefficients);
    return layer.kind === "scale" ? { factors: each, offsets: none } : { factors: none.map(() => 1), offsets: each };
  }

  private ofBatchNorm(layer: BatchNormLayer, rank: number): PerCoefficient {
    const { gamma, beta, mean, variance, epsilon } = layer;
    const axes = (layer.axes ?? [-1]).map((axis) => fromFront(axis, rank)).filter((axis) => axis !== 3);
    const each = (weights: Weights) => this.perCoefficient(layer, weights, axes);
    const [means, variances, gammas, betas] = [each(mean), each(variance), gamma && each(gamma), beta && each(beta)];
    const factors = new Float64Array(this.coefficients);
    const offsets = new Float64Array(this.coefficients);
    for (let k = 0; k < this.coefficients; k++) {
      const spread = variances[k]! + epsilon;
      if (!(spread > 0)) throw layerError(this.source, layer, `has a variance of ${variances[k]}`, "variance + epsilon above 0");
      factors[k] = (gammas?.[k] ?? 1) / Math.sqrt(spread);
      offsets[k] = (betas?.[k] ?? 0) - means[k]! * factors[k]!;
    }
    return { factors, offsets };
  }

  /** The values, one for each coefficient; `varying` are the dimensions of [batch, frames, coefficients, 1] along which they differ. */
  private perCoefficient(layer: Layer, { shape, values }: Weights, varying: readonly number[]): Float32Array {
    requireFinite(this.source, layer, "values", values);
    if (values.length === 1) return new Float32Array(this.coefficients).fill(values[0]!);
    const fits = varying.length === 1 && varying[0] === 2 && values.length === this.coefficients && elementCount(shape) === values.length;
    if (!fits)
      throw layerError(
        this.source,
        layer,
        `has values of shape [${shape.join(", ")}]`,
        `one value, or ${this.coefficients}, one for each coefficient (input)`,
      );
    return values;
  }
}

function shapeText(shape: Shape): string {
  return `[${shape.map((size) => size ?? "any").join(", ")}]`;
}

/**
 * Which dimension of an ONNX model's input is which. Only the convolution says so: what is between it and the input, a shift, a scale, a batch norm, is read
 * with the dimensions of the input, and turned into [batch, height, width, channel] when the convolution is there.
 */

import type { Layer } from "./layer_graph.js";
import type { Axis, Role } from "./onnx_axes.js";

/** The dimension along which the values of a layer in front of the first convolution differ: by the layer's id. */
export type InputAxes = ReadonlyMap<string, Role>;

/** Whether these are the dimensions of the input, perhaps moved, with added ones of size 1. */
export function areOfInput(axes: readonly Axis[] | undefined): axes is readonly Axis[] {
  return axes?.some(({ role }) => isOfInput(role)) === true;
}

export function isOfInput(role: Role): boolean {
  return role.startsWith("input");
}

/** The dimension of `axes` along which a constant of this shape differs, "none" if it has one value, undefined if it does along two or does not fit. */
export function varyingAxis(shape: readonly number[], axes: readonly Axis[]): Role | "none" | undefined {
  const first = axes.length - shape.length;
  const varying = shape.flatMap((size, index) => (size === 1 ? [] : [{ size, axis: axes[first + index] }]));
  if (first < 0 || varying.length > 1) return undefined;
  const [only] = varying;
  if (only === undefined) return "none";
  return only.axis && (only.axis.size ?? only.size) === only.size ? only.axis.role : undefined;
}

/** The layers with the input, and those between it and a convolution that takes `last` as `axes`, in the layout of every other format. */
export function nameInputAxes(layers: readonly Layer[], last: string, axes: readonly Axis[], along: InputAxes): Layer[] {
  const [batch, channel, height, width] = axes as [Axis, Axis, Axis, Axis];
  const image = [batch, height, width, channel];
  const named = new Map<string, Layer>();
  let at = layers.find(({ id }) => id === last);
  while (at !== undefined) {
    named.set(at.id, inLayout(at, image, along.get(at.id)));
    const [before] = at.inputs;
    at = layers.find(({ id }) => id === before);
  }
  return layers.map((layer) => named.get(layer.id) ?? layer);
}

/** An input [batch, 1, height, width] as [batch, height, width, 1]. */
export function channelLast(layer: Layer): Layer {
  if (layer.kind !== "input") return layer;
  const [batch, channel, height, width] = layer.shape;
  return layer.shape.length === 4 && channel === 1 && width !== 1 ? { ...layer, shape: [batch, height, width, channel] } : layer;
}

function inLayout(layer: Layer, image: readonly Axis[], along: Role | undefined): Layer {
  const place = image.findIndex(({ role }) => role === along);
  switch (layer.kind) {
    case "input":
      return { ...layer, shape: image.map(({ size }) => size) };
    case "scale":
      return place < 0 ? layer : { ...layer, factor: { ...layer.factor, shape: alongPlace(layer.factor.values.length, place) } };
    case "shift":
      return place < 0 ? layer : { ...layer, offset: { ...layer.offset, shape: alongPlace(layer.offset.values.length, place) } };
    case "batchNorm":
      return place < 0 ? layer : { ...layer, axes: [place] };
    default:
      return layer;
  }
}

/** Such as [1, 1, 40, 1]. */
function alongPlace(count: number, place: number): number[] {
  return [1, 1, 1, 1].with(place, count);
}

/**
 * Which dimension of an ONNX tensor is which. Convolutions are [batch, channel, height, width]; converters put transposes and reshapes between them and
 * around them. Following every dimension from its origin shows that these only move dimensions, and where to.
 */

import { elementCount, fromFront } from "./layer_graph.js";

/** A dimension. */
export interface Axis {
  role: Role;
  /** undefined where it is open. */
  size: number | undefined;
}

/**
 * "input 2" is the third dimension of the model's input, before a convolution says what it is; "one" was made by a reshape and has the size 1; "averaged"
 * is left of a dimension over which a mean was taken; "image" is height and width in one; "mixed" is more than one of them.
 */
export type Role = "batch" | "channel" | "height" | "width" | "image" | "one" | "averaged" | "mixed" | `input ${number}`;

/** The order in which ONNX has them, */
export const CHANNELS_FIRST: readonly Role[] = ["batch", "channel", "height", "width"];
/** and a layer of layer_graph.ts. */
export const CHANNELS_LAST: readonly Role[] = ["batch", "height", "width", "channel"];

/** Whether a dimension is this one; those of size 1 may be anywhere. */
export function isAxis(axis: Axis | undefined, role: Role): boolean {
  return axis !== undefined && (axis.role === role || axis.size === 1);
}

/** Whether the dimensions are these, in this order. */
export function areAxes(axes: readonly Axis[], roles: readonly Role[]): boolean {
  return axes.length === roles.length && roles.every((role, index) => isAxis(axes[index], role));
}

/** For messages: "[batch, height, width, channel]". */
export function axesText(axes: readonly Axis[]): string {
  return `[${axes.map(({ role }) => role).join(", ")}]`;
}

export const ONE: Axis = { role: "one", size: 1 };

/** What a transpose makes of them; undefined when `order` is not an order of them. */
export function transposed(axes: readonly Axis[], order: readonly number[] | undefined): Axis[] | undefined {
  if (order === undefined) return [...axes].reverse();
  const isOrder = order.length === axes.length && new Set(order).size === axes.length && order.every((index) => index in axes);
  return isOrder ? order.map((index) => axes[index]!) : undefined;
}

/** Without these dimensions of size 1, or without all of size 1. */
export function squeezed(axes: readonly Axis[], indices: readonly number[] | undefined): Axis[] | undefined {
  const gone = indices?.map((index) => fromFront(index, axes.length)) ?? [...axes.keys()].filter((index) => axes[index]!.size === 1);
  const set = new Set(gone);
  return [...set].every((index) => axes[index]?.size === 1) ? axes.filter((_, index) => !set.has(index)) : undefined;
}

/** With dimensions of size 1 at these places of the result. */
export function unsqueezed(axes: readonly Axis[], indices: readonly number[]): Axis[] | undefined {
  const rank = axes.length + indices.length;
  const places = new Set(indices.map((index) => fromFront(index, rank)));
  if (places.size !== indices.length || ![...places].every((place) => place >= 0 && place < rank)) return undefined;
  const rest = [...axes];
  return Array.from({ length: rank }, (_, place) => (places.has(place) ? ONE : rest.shift()!));
}

/**
 * What a reshape to these sizes makes of them, when it only adds and removes dimensions of size 1: undefined when it does more. A size of 0 is that of the
 * same dimension before, -1 what is left, NaN unknown.
 */
export function reshaped(axes: readonly Axis[], sizes: readonly number[]): Axis[] | undefined {
  const wanted = withoutPlaceholders(axes, sizes);
  const rest = axes.filter(({ size }) => size !== 1);
  const result: Axis[] = [];
  for (const size of wanted) {
    if (size === 1) {
      result.push(ONE);
      continue;
    }
    const axis = rest.shift();
    const fits = axis !== undefined && (size === undefined || axis.size === undefined || axis.size === size);
    if (!fits) return undefined;
    result.push({ role: axis.role, size: axis.size ?? size });
  }
  return rest.length === 0 ? result : undefined;
}

/** [batch, channel, height, width] with the last two in one, where a reshape to these sizes does that. */
export function imageFlattened(axes: readonly Axis[], [batch, channel, image, ...others]: readonly number[]): Axis[] | undefined {
  if (!areAxes(axes, CHANNELS_FIRST) || others.length > 0) return undefined;
  const [first, second, height, width] = axes as [Axis, Axis, Axis, Axis];
  const size = (height.size ?? Number.NaN) * (width.size ?? Number.NaN);
  const fits = (batch === 0 || batch === first.size || first.size === undefined) && (channel === 0 || channel === second.size);
  return fits && (image === -1 || image === size)
    ? [first, second, { role: "image", size: Number.isNaN(size) ? undefined : size }]
    : undefined;
}

/** The sizes, undefined where they are open: with 0 and, where everything else is known, -1 replaced. */
function withoutPlaceholders(axes: readonly Axis[], sizes: readonly number[]): (number | undefined)[] {
  const copied = sizes.map((size, index) => (size === 0 ? axes[index]?.size : size));
  const known = copied.filter((size) => size !== undefined && size > 0) as number[];
  const before = axes.map(({ size }) => size);
  const isKnown = known.length === sizes.length - 1 && before.every((size) => size !== undefined);
  const left = isKnown ? elementCount(before as number[]) / elementCount(known) : undefined;
  return copied.map((size) => (size === undefined || size > 0 ? size : left));
}

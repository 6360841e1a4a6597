/** How ONNX writes padding, as layer_graph.ts names it: "same" is TensorFlow's, with what is odd behind, and an average over the edge of what is inside. */

import type { Extent } from "./layer_graph.js";
import type { Axis } from "./onnx_axes.js";
import { attributeInteger, attributeIntegers, attributeText, type OnnxNode } from "./onnx_schema.js";

/** A convolution's padding, for strides of 1: any other is refused. */
export function convolutionPadding(node: OnnxNode, kernel: Extent, dilations: Extent): string {
  const automatic = attributeText(node, "auto_pad", "NOTSET");
  const missing = kernel.map((size, i) => (size - 1) * dilations[i]!);
  if (automatic === "SAME_UPPER" || (automatic === "SAME_LOWER" && missing.every((count) => count % 2 === 0))) return "same";
  if (automatic === "VALID") return "valid";
  if (automatic !== "NOTSET") return automatic.toLowerCase();
  const pads = explicitPads(node);
  if (missing.every((count, i) => pads.begin[i] === Math.floor(count / 2) && pads.end[i] === Math.ceil(count / 2))) return "same";
  return pads.all.every((pad) => pad === 0) ? "valid" : `explicit ${pads.all.join(", ")}`;
}

/** What an average pooling does at the edges of one dimension. */
interface PooledAxis {
  /** Elements after it; undefined when it is open before. */
  size: number | undefined;
  padding: string;
}

/** An average pooling over height and width: their sizes after it, and its padding. */
export function averagePooling(node: OnnxNode, window: Extent, strides: Extent, [height, width]: readonly [Axis, Axis]) {
  const [first, second] = [height, width].map((axis, i) => poolAxis(node, window[i]!, strides[i]!, axis.size, i)) as [
    PooledAxis,
    PooledAxis,
  ];
  return { sizes: [first.size, second.size] as const, padding: first.padding === "same" ? second.padding : first.padding };
}

/**
 * Windows begin in front, so that "same" is one of a few notations for the same windows. Zeros that are counted change the average over the edge; what
 * ceil_mode adds is outside and never counted.
 */
function poolAxis(node: OnnxNode, window: number, stride: number, size: number | undefined, i: number): PooledAxis {
  const automatic = attributeText(node, "auto_pad", "NOTSET");
  const isSame = automatic === "SAME_UPPER" || automatic === "SAME_LOWER";
  const pads = explicitPads(node);
  const isExplicit = automatic === "NOTSET";
  const [begin, end] = isExplicit ? [pads.begin[i]!, pads.end[i]!] : [0, 0];
  const rounded = attributeInteger(node, "ceil_mode", 0) !== 0 && isExplicit ? Math.ceil : Math.floor;
  const countsZeros = attributeInteger(node, "count_include_pad", 0) !== 0;
  if (size === undefined) {
    const covers = isSame || rounded === Math.ceil || window === 1;
    if (begin !== 0 || end !== 0) return { size, padding: "unknown, as its size is open" };
    return { size, padding: covers ? "same" : "valid, which leaves out the last of an odd number of values: use ceil_mode=True" };
  }
  const windows = Math.ceil(size / stride);
  const over = (windows - 1) * stride + window - size;
  if (isSame) {
    if (over > 0 && automatic === "SAME_LOWER") return { size: windows, padding: "same_lower" };
    return { size: windows, padding: over > 0 && countsZeros ? COUNTS_ZEROS : "same" };
  }
  const found = rounded((size + begin + end - window) / stride) + 1;
  if (begin !== 0) return { size: found, padding: `explicit ${pads.all.join(", ")}` };
  if (found < windows) return { size: found, padding: `valid, which leaves out the last of ${size} values: use ceil_mode=True` };
  if (found > windows) return { size: found, padding: `explicit ${pads.all.join(", ")}` };
  return { size: found, padding: over > 0 && end > 0 && countsZeros ? COUNTS_ZEROS : "same" };
}

const COUNTS_ZEROS = "same, but counts zeros outside: use count_include_pad=False";

/** [top, left, bottom, right]; none is zero. */
function explicitPads(node: OnnxNode): { begin: number[]; end: number[]; all: number[] } {
  const all = attributeIntegers(node, "pads") ?? [0, 0, 0, 0];
  return { begin: all.slice(0, 2), end: all.slice(2), all };
}

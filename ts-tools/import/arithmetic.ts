/** Additions, subtractions, multiplications and divisions by a constant, whatever a format calls them: ADD, AddV2, RealDiv. */

import { eachOf, type ScaleLayer, type ShiftLayer, type Weights } from "./layer_graph.js";

/** Whether the constant must be the second operand: constant - x and constant / x are not y = a x + b with that constant. */
export function isOrdered(operation: string): boolean {
  return ["sub", "div", "realdiv"].includes(operation.toLowerCase());
}

/** What such an operator does to x: x + constant, x - constant, x * constant, x / constant. */
export function arithmetic(
  operation: string,
  constant: Weights,
): Pick<ScaleLayer, "kind" | "factor"> | Pick<ShiftLayer, "kind" | "offset"> {
  switch (operation.toLowerCase()) {
    case "mul":
      return { kind: "scale", factor: constant };
    case "div":
    case "realdiv":
      return { kind: "scale", factor: eachOf(constant, (value) => 1 / value) };
    case "sub":
      return { kind: "shift", offset: eachOf(constant, (value) => -value) };
    default:
      return { kind: "shift", offset: constant };
  }
}

import type { InputAffine } from "../model/input_affine.js";
import { constant, staticArray } from "./source.js";

/** assembly/generated/input_affine.ts. Without layers in front of body I the constants are there, but no code that is compiled reads them. */
export function emitInputAffine(input: InputAffine | undefined): string {
  const array = (name: string, values: readonly number[] | undefined, doc: string): string =>
    values ? staticArray(name, "f32", Float32Array.from(values), 8, doc) : constant(name, "usize", 0);
  return [
    `/** Whether the MFCCs are scaled and shifted, each coefficient by its own numbers, when they are quantized. */\nexport const TRANSFORMS_INPUT: bool = ${input !== undefined};\n`,
    array("INPUT_FACTORS", input?.factors, "steps of the quantized input for each coefficient's unit"),
    array("INPUT_OFFSETS", input?.offsets, "steps"),
  ].join("");
}

/** Layers in front of body I that shift the MFCCs, or scale each coefficient by its own factor: the module does it when it quantizes them. */
import type { JsonFields } from "./json_fields.js";

/**
 * factors[k] * mfcc[k] + offsets[k] for each coefficient. A float model has real values, a quantized one and its manifest float32 in steps of the quantized
 * input. A convolution cannot take an offset over: zero padding comes after it.
 */
export interface InputAffine {
  factors: readonly number[];
  offsets: readonly number[];
}

export const INPUT_AFFINE = "inputAffine";

/** Far enough from the end of float32 that no product of an MFCC leaves it. */
const MOST_FACTOR = 1e15;

const isStep = (value: number): boolean => Math.abs(value) <= MOST_FACTOR && Math.fround(value) === value;
const WORDS = "a float32 from -1e15 to 1e15";

/** Of a manifest; undefined if there is none. */
export function parseInputAffine(fields: JsonFields, coefficients: number): InputAffine | undefined {
  const given = fields.objectOrNone(INPUT_AFFINE);
  if (given === undefined) return undefined;
  return {
    factors: given.numbers("factors", coefficients, isStep, WORDS),
    offsets: given.numbers("offsets", coefficients, isStep, WORDS),
  };
}

/** Float32 MFCCs [frames, coefficients] as the first convolutions take them, in float64. */
export function transformedInput(mfcc: ArrayLike<number>, { factors, offsets }: InputAffine): Float64Array {
  const coefficients = factors.length;
  return Float64Array.from(mfcc, (value, index) => value * factors[index % coefficients]! + offsets[index % coefficients]!);
}

/** `dimensions` in model.json and in light-sernet.json: which weights of activation and valence are possible, and how they become integers. */
import { withCommas } from "../text/with_commas.js";
import { type FieldRule, from } from "./front_end_schema.js";
import type { JsonFields } from "./json_fields.js";
import { DIMENSION_WEIGHT_BITS } from "./levels.js";
import type { AnswerRules, Dimension, DimensionName } from "./model_types.js";

/** In the order in which results have them. */
export const DIMENSIONS = ["activation", "valence"] as const satisfies readonly DimensionName[];

type Dimensions = NonNullable<AnswerRules["dimensions"]>;

const UNIT = 2 ** DIMENSION_WEIGHT_BITS;
/** Of a weight and of the bias: far more than any fit needs, and few enough that 256 products of 64 bits cannot overflow. */
const MOST = 1000;
const REAL = from(-MOST, MOST);
const INTEGER: FieldRule = {
  accepts: (value) => Number.isInteger(value) && Math.abs(value) <= MOST * UNIT,
  words: `a whole number from -${withCommas(MOST * UNIT)} to ${withCommas(MOST * UNIT)}`,
};

/** The field `dimensions` of a sidecar, as written; undefined if there is none, or "none". */
export function parseDimensions(fields: JsonFields): Dimensions | undefined {
  return parse(fields, undefined, REAL);
}

/** The field `dimensions` of a manifest: integers, a weight for each of `classes`. */
export function parseQuantizedDimensions(fields: JsonFields, classes: number): Dimensions | undefined {
  return parse(fields, classes, INTEGER);
}

function parse(fields: JsonFields, classes: number | undefined, rule: FieldRule): Dimensions | undefined {
  const given = fields.objectOrNone("dimensions");
  if (given === undefined) return undefined;
  given.only(DIMENSIONS);
  const names = DIMENSIONS.filter((name) => given.has(name));
  if (names.length === 0) throw fields.wrong("dimensions", `an object with ${DIMENSIONS.join(", ")} or both`);
  return Object.fromEntries(names.map((name) => [name, parseDimension(given.object(name), classes, rule)]));
}

function parseDimension(fields: JsonFields, classes: number | undefined, { accepts, words }: FieldRule): Dimension {
  fields.only(["weights", "bias"]);
  return { weights: fields.numbers("weights", classes, accepts, words), bias: fields.number("bias", accepts, words) };
}

/** The nearest integers. */
export function quantizeDimensions(dimensions: Dimensions): Dimensions {
  const quantized = (value: number): number => Math.round(value * UNIT) + 0; // 0 has no sign
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, { weights, bias }]) => [name, { weights: weights.map(quantized), bias: quantized(bias) }]),
  );
}

/** What is wrong with quantized dimensions for a model of so many classes, as a sentence without its end; undefined if nothing is. */
export function dimensionsFault(dimensions: Dimensions, classes: number): string | undefined {
  for (const [name, { weights, bias }] of Object.entries(dimensions)) {
    if (weights.length !== classes) return `dimensions.${name} has ${weights.length} weights; expected ${classes}, one for each class`;
    const wrong = [...weights, bias].find((value) => !INTEGER.accepts(value));
    if (wrong !== undefined) return `dimensions.${name} has ${wrong}; expected ${INTEGER.words}`;
  }
  return undefined;
}

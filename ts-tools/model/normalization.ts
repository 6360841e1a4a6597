/** `normalization` in model.json and in light-sernet.json: which running means are possible. */
import { type FieldRule, from } from "./front_end_schema.js";
import type { JsonFields } from "./json_fields.js";
import type { Normalization } from "./model_types.js";

export const NORMALIZATION = "normalization";

type NumberField = Exclude<keyof Normalization, "kind" | "mean">;

/** A speaker's mean must fit the module's input buffer with everything that belongs to it. */
const MOST_COEFFICIENTS = 250;
/** ln of any float32, and what the DCT makes of it, stay below. */
const COEFFICIENT = from(-10_000, 10_000);

const NUMBERS: Readonly<Record<NumberField, FieldRule>> = {
  // At 1 the mean is the last frame with speech; a million frames are four hours.
  horizon: from(1, 1e6),
  startWeight: from(0, 1e6),
  carriedWeight: from(0, 1e6),
  energyScale: from(1e-3, 1000),
  share: from(0, 1),
  // The loudest frame must have speech after the subtraction in float32, too.
  speechRange: from(0.01, 1000),
  speechFloor: from(-1000, 1000),
};
const FIELDS = ["kind", ...(Object.keys(NUMBERS) as NumberField[]), "mean"] as const;

/** Nepers: just above ln(1e-6), the logarithm of the reference's front end for a band of zeros. */
export const DEFAULT_SPEECH_FLOOR = -13.75;
/** What a file may leave out. */
const DEFAULTS: Partial<Record<NumberField, number>> = { share: 1, speechFloor: DEFAULT_SPEECH_FLOOR };

/** The field `normalization` of a manifest or sidecar; undefined if there is none, or "none". The mean must have `coefficients` numbers, if they are known. */
export function parseNormalization(fields: JsonFields, coefficients?: number): Normalization | undefined {
  const given = fields.objectOrNone(NORMALIZATION);
  if (given === undefined) return undefined;
  given.only(FIELDS);
  const number = (name: NumberField): number => {
    const fallback = DEFAULTS[name];
    if (fallback !== undefined && !given.has(name)) return fallback;
    const { accepts, words } = NUMBERS[name];
    return given.number(name, accepts, words);
  };
  const normalization: Normalization = {
    kind: given.constant("kind", "runningMean"),
    horizon: number("horizon"),
    startWeight: number("startWeight"),
    carriedWeight: number("carriedWeight"),
    energyScale: number("energyScale"),
    share: number("share"),
    speechRange: number("speechRange"),
    speechFloor: number("speechFloor"),
    mean: given.numbers("mean", coefficients, COEFFICIENT.accepts, COEFFICIENT.words),
  };
  if (normalization.mean.length > MOST_COEFFICIENTS) throw given.wrong("mean", `a list of at most ${MOST_COEFFICIENTS} numbers`);
  return normalization;
}

/** What is wrong with a normalization for a front end of so many coefficients, as "FOUND; expected EXPECTED"; undefined if nothing is. */
export function normalizationFault(normalization: Normalization, coefficients: number): string | undefined {
  const { mean } = normalization;
  if (mean.length !== coefficients || coefficients > MOST_COEFFICIENTS)
    return `its mean has ${mean.length} numbers; expected ${coefficients}, one for each coefficient, and at most ${MOST_COEFFICIENTS}`;
  const place = mean.findIndex((value) => !(Number.isFinite(value) && COEFFICIENT.accepts(value)));
  if (place >= 0) return `its mean has ${mean[place]}; expected ${COEFFICIENT.words}`;
  for (const name of Object.keys(NUMBERS) as NumberField[]) {
    const { accepts, words } = NUMBERS[name];
    if (!Number.isFinite(normalization[name]) || !accepts(normalization[name]))
      return `its ${name} is ${normalization[name]}; expected ${words}`;
  }
  return undefined;
}

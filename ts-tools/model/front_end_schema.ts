/**
 * Which front ends are possible: one table of limits for `frontEnd` in light-sernet.json and in model.json, and rules between its fields. The ceilings leave
 * room for everything that fits the module's one page, and keep computations with these numbers from running out of memory or time.
 */
import { withCommas } from "../text/with_commas.js";
import { frameCount, MOST_WINDOW_SAMPLES, REFERENCE_FRONT_END } from "./front_end.js";
import type { JsonFields } from "./json_fields.js";
import type { FrontEnd } from "./model_types.js";

/** The numbers of a front end; its normalization has a schema of its own. */
export type FrontEndField = Exclude<keyof FrontEnd, "normalization">;

/** The rule of one field: whether it accepts a finite number, and the words after "must be". */
export interface FieldRule {
  accepts(value: number): boolean;
  words: string;
}

export function whole(least: number, most: number): FieldRule {
  return {
    accepts: (value) => Number.isInteger(value) && value >= least && value <= most,
    words: `a whole number from ${withCommas(least)} to ${withCommas(most)}`,
  };
}

export function from(least: number, most: number): FieldRule {
  const text = (value: number): string =>
    value > 0 && (value < 1e-3 || value >= 1e6) ? value.toExponential().replace("+", "") : withCommas(value);
  return { accepts: (value) => value >= least && value <= most, words: `a number from ${text(least)} to ${text(most)}` };
}

/** The module resamples any sound to this rate. */
const SAMPLE_RATE = REFERENCE_FRONT_END.sampleRate;
/** The page holds 10 bytes for a sample of a frame (int16, float32 spectrum, float32 cosine): 8,192 samples would be more than all of it. */
const MOST_FRAME_SAMPLES = 4096;
/** The smallest FFT. */
const LEAST_FRAME_SAMPLES = 16;
/** Four times the bands divide a frame: the DCT shares the cosines of the FFT. */
const MOST_MEL_BANDS = MOST_FRAME_SAMPLES / 4;
/** Elements of one window's MFCC matrix: 1 MB in float32, 100 MB for the hundred recordings of a calibration. Three seconds have 7,360. */
const MOST_MFCCS = 2 ** 18;

export const FRONT_END_FIELDS: Readonly<Record<FrontEndField, FieldRule>> = {
  sampleRate: { accepts: (value) => value === SAMPLE_RATE, words: `${SAMPLE_RATE}, the rate to which any sound is converted` },
  windowSamples: whole(LEAST_FRAME_SAMPLES, MOST_WINDOW_SAMPLES),
  frameSamples: {
    accepts: (value) => value >= LEAST_FRAME_SAMPLES && value <= MOST_FRAME_SAMPLES && Number.isInteger(Math.log2(value)),
    words: `a power of two from ${LEAST_FRAME_SAMPLES} to 4,096`,
  },
  hopSamples: whole(1, MOST_FRAME_SAMPLES),
  melBands: { accepts: (value) => value % 2 === 0 && value >= 2 && value <= MOST_MEL_BANDS, words: "an even number from 2 to 1,024" },
  // There are no bins above half the rate, but bands may reach beyond.
  melLowHz: from(0, SAMPLE_RATE / 2),
  melHighHz: from(1, SAMPLE_RATE),
  // float32 in the module: 1e-30 is still a normal number, and no band's sum of magnitudes comes near a million.
  logFloor: from(1e-30, 1e6),
  coefficients: whole(1, MOST_MEL_BANDS),
  // |ln(logFloor)| times the DCT's gain, sqrt(2 bands), stays below 3,200: a larger one would clip nothing. Below a thousandth nothing is left of a sound.
  clip: from(1e-3, 10_000),
};

const FIELDS = Object.keys(FRONT_END_FIELDS) as FrontEndField[];

function parseField(fields: JsonFields, name: FrontEndField): number {
  const { accepts, words } = FRONT_END_FIELDS[name];
  return fields.number(name, accepts, words);
}

/** The front end of a manifest; checks every field by itself and against the others. Throws a ModelError. */
export function parseFrontEnd(fields: JsonFields): FrontEnd {
  const frontEnd = Object.fromEntries(FIELDS.map((name) => [name, parseField(fields, name)])) as unknown as FrontEnd;
  const fault = frontEndFault(frontEnd);
  if (fault) throw fields.wrong(fault.field, fault.expected);
  return frontEnd;
}

/** The fields of a front end that a sidecar sets; refuses unknown fields and checks each field by itself. `frontEndFault` checks them together. */
export function parseFrontEndChanges(fields: JsonFields): Partial<FrontEnd> {
  fields.only(FIELDS);
  return Object.fromEntries(FIELDS.filter((name) => fields.has(name)).map((name) => [name, parseField(fields, name)]));
}

export interface FrontEndFault {
  field: FrontEndField;
  expected: string;
}

/** The first field that breaks a rule, by itself or together with the others. */
export function frontEndFault(frontEnd: FrontEnd): FrontEndFault | undefined {
  for (const field of FIELDS) {
    const { accepts, words } = FRONT_END_FIELDS[field];
    if (!accepts(frontEnd[field])) return { field, expected: words };
  }
  const { frameSamples, hopSamples, windowSamples, melBands, melLowHz, melHighHz, coefficients } = frontEnd;
  const rules: [boolean, FrontEndField, string][] = [
    [windowSamples >= frameSamples, "windowSamples", `at least frameSamples (${frameSamples})`],
    [hopSamples <= frameSamples, "hopSamples", `at most frameSamples (${frameSamples}), so that no sound falls between two frames`],
    [Number.isInteger(frameSamples / (4 * melBands)), "melBands", `a divisor of frameSamples / 4 (${frameSamples / 4})`],
    [melHighHz > melLowHz, "melHighHz", `above melLowHz (${melLowHz})`],
    [coefficients <= melBands, "coefficients", `at most melBands (${melBands})`],
    [
      frameCount(frontEnd) * coefficients <= MOST_MFCCS,
      "windowSamples",
      `short enough that its frames times coefficients are at most ${withCommas(MOST_MFCCS)} (they are ${withCommas(frameCount(frontEnd) * coefficients)})`,
    ],
  ];
  const broken = rules.find(([holds]) => !holds);
  return broken && { field: broken[1], expected: broken[2] };
}

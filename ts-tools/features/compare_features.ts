/** Compares a user's features of a sound with ours, and says what is different. */
import { ModelError } from "../model/model_error.js";
import type { FrontEnd } from "../model/model_types.js";
import type { Matrix } from "./cepstrum.js";
import { type Difference, difference } from "./difference.js";
import { differencesInWords, frontEndChanges } from "./explanation.js";
import { missingFrames, missingInWords } from "./frame_alignment.js";
import { type NpyArray, parseNpy, shapeText } from "./npy.js";
import { recipeOf } from "./recipe.js";
import { findRecipe } from "./search.js";
import { SearchTime } from "./search_time.js";

/** Up to here the difference is that of float32, and of levels rounded to int16 at another place. */
const SAME = 0.005;
/** Up to here answers do not suffer: the network receives its input in steps of 0.0024. A symmetric Hann window makes a difference of 0.08. */
export const TOLERANCE = { largest: 0.1, mean: 0.01 };
/** A recipe explains features if what is left is at most this part of the difference, or within the tolerance. */
const EXPLAINED = 0.01;
/** A recipe that leaves more than this part is not worth mentioning. */
const HELPS = 0.5;
/** More columns than any front end computes. */
const MOST_COLUMNS = 1024;
const MOST_ELEMENTS = 2 ** 20;

export interface FeatureComparison {
  /** Whether the difference is within the tolerance. */
  matches: boolean;
  largest: number;
  mean: number;
  /** Mean difference of each coefficient. */
  meanByCoefficient: number[];
  /** What a person should know, in one sentence that names both files. */
  sentence: string;
}

export interface ComparedSound {
  file: string;
  /** int16 at the front end's rate. */
  samples: Int16Array;
  /** Our features of it: those that the network receives and, if these are normalized, those before. */
  features: Matrix;
  plain?: Matrix;
}

export interface UserFeatures {
  file: string;
  matrix: Matrix;
  /** Whether the file has [coefficients, frames]. */
  transposed: boolean;
}

/** The features in a .npy file: 2-D, or with axes of length 1 such as [1, frames, coefficients, 1]. Throws a ModelError that names the file. */
export function readUserFeatures(bytes: Uint8Array, file: string, { coefficients }: FrontEnd): UserFeatures {
  let array: NpyArray;
  try {
    array = parseNpy(bytes);
  } catch (cause) {
    throw new ModelError(`${file}: ${(cause as Error).message}.`, { cause });
  }
  const { shape, values } = array;
  // With one frame or one coefficient, which nobody has, that axis must not be taken for a batch.
  const sizes = shape.length === 2 ? shape : shape.filter((size) => size !== 1);
  const [frames, columns] = sizes;
  const fits =
    sizes.length === 2 && frames! > 0 && columns! > 0 && Math.min(frames!, columns!) <= MOST_COLUMNS && values.length <= MOST_ELEMENTS;
  if (!fits)
    throw new ModelError(`${file}: its shape is ${shapeText(shape)}; save the features of one sound as [frames, ${coefficients}].`);
  if (!values.every(Number.isFinite))
    throw new ModelError(`${file}: it has values that are not finite; save the features of a sound again.`);
  const transposed = columns !== coefficients && frames === coefficients;
  const matrix = { frames: frames!, columns: columns!, values };
  return { file, matrix: transposed ? transpose(matrix) : matrix, transposed };
}

function transpose({ frames, columns, values }: Matrix): Matrix {
  return {
    frames: columns,
    columns: frames,
    values: Float64Array.from(values, (_, i) => values[(i % frames) * columns + Math.floor(i / frames)]!),
  };
}

/** `tell` is told now and then what a search is doing. */
export function compareFeatures(
  user: UserFeatures,
  sound: ComparedSound,
  frontEnd: FrontEnd,
  tell: (what: string) => void = () => {},
): FeatureComparison {
  const ours = sound.features;
  const found = difference(user.matrix, ours);
  const sameShape = user.matrix.frames === ours.frames && user.matrix.columns === ours.columns;
  const matches = sameShape && isWithin(found);
  const layout = user.transposed ? ` (it is [coefficients, frames] and was compared transposed)` : "";
  const result = { matches, largest: found.largest, mean: found.mean, meanByCoefficient: [...found.byColumn] };
  const verdict = matches ? (found.largest <= SAME ? "has" : "is close enough to") : "does not have";
  const about = `${user.file} ${verdict} the front end's features of ${sound.file}${layout}:`;
  // What makes such a small difference does not matter, and it takes long to find.
  if (matches) return { ...result, sentence: `${about} ${amounts(found)}` };
  const shape = sameShape ? "" : ` it has ${sizeText(user.matrix)} instead of ${sizeText(ours)}, and`;
  return { ...result, sentence: `${about}${shape} ${amounts(found)}${explain(user, sound, { frontEnd, found, tell })}` };
}

function isWithin({ largest, mean }: Difference): boolean {
  return largest <= TOLERANCE.largest && mean <= TOLERANCE.mean;
}

/** What follows the amounts in the sentence: which difference it is, and what to do. */
function explain(
  user: UserFeatures,
  sound: ComparedSound,
  { frontEnd, found, tell }: { frontEnd: FrontEnd; found: Difference; tell: (what: string) => void },
): string {
  const advice = '; train the model on what "light-sernet features" writes';
  const { plain } = sound;
  const [value] = user.matrix.values;
  if (user.matrix.values.every((other) => other === value)) return `, because all its values are ${value}; save the features of a sound`;
  if (plain && plain.frames === user.matrix.frames && isWithin(difference(user.matrix, plain)))
    return `, because it lacks the normalization of the model; remove that from light-sernet.json, or train the model with it`;
  const missing = missingFrames(user.matrix, sound.features, (a, b) => isWithin(difference(a, b)));
  if (missing && missingInWords(missing) !== "" && user.matrix.columns === sound.features.columns)
    return `, because ${missingInWords(missing)}; save as many frames as the model takes`;
  const ours = recipeOf(frontEnd);
  const { samples } = sound;
  const { sampleRate, windowSamples } = frontEnd;
  const {
    recipe,
    changed,
    left,
    missing: last,
  } = findRecipe({ samples, sampleRate, windowSamples }, user.matrix, ours, new SearchTime(tell));
  const words = differencesInWords(recipe, changed, ours);
  const normalized = plain ? " and lacks the normalization of the model" : "";
  const cut = last === 0 ? "" : `, and because ${missingInWords({ first: 0, last })}`;
  if (changed.length > 0 && (isWithin(left) || left.mean <= EXPLAINED * found.mean)) {
    const changes = frontEndChanges(recipe, changed, { frontEnd, frames: user.matrix.frames, soundSamples: samples.length });
    const remedy = changes ? `; set "frontEnd": ${JSON.stringify(changes)} in the light-sernet.json beside the model` : advice;
    return `, because it was computed with ${words}${normalized}${cut} (with that, up to ${amount(left.largest)} would be left)${remedy}`;
  }
  if (changed.length > 0 && left.mean <= HELPS * found.mean)
    return `; the nearest front end that is known has ${words}, but still differs by up to ${amount(left.largest)} (${amount(left.mean)} on average)${advice}`;
  if (changed.length === 0 && isWithin(left))
    return `, so what both have is the same; save as many frames and coefficients as the model takes`;
  return `, for a reason that is not known${advice}`;
}

function amounts({ largest, mean }: Difference): string {
  return `they differ by up to ${amount(largest)} (${amount(mean)} on average)`;
}

const amount = (value: number): string => (value === 0 ? "0" : Number(value.toPrecision(2)).toString());
const sizeText = ({ frames, columns }: Matrix): string => `${frames} frames of ${columns} coefficients`;

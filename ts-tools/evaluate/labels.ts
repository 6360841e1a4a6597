import { lastOf } from "./utterances.js";

/** EMO-DB's file names: two digits of the speaker, three characters of the text, a letter of the emotion, a letter of the version. */
const EMODB_NAME = /^(\d{2})[A-Za-z0-9]{3}([WLEAFTN])[A-Za-z]$/;

/** The letters stand for the German words: Wut, Langeweile, Ekel, Angst, Freude, Trauer, neutral. */
const EMODB_CLASSES: Readonly<Record<string, string>> = {
  W: "anger",
  L: "boredom",
  E: "disgust",
  A: "fear",
  F: "happiness",
  T: "sadness",
  N: "neutral",
};

/**
 * The true class of an utterance, as an index in the model's classes: the nearest folder above it, inside the dataset, that is named
 * after a class; otherwise the emotion in an EMO-DB file name. Undefined if neither names a class of the model.
 *
 * `place` is the path from the dataset's folder to the file, with "/" and without ".wav".
 */
export function labelOf(place: string, classes: readonly string[]): number | undefined {
  const folders = place.split("/").slice(0, -1);
  const named = folders.findLast((folder) => classes.includes(folder)) ?? emodbClass(lastOf(place));
  const index = named === undefined ? -1 : classes.indexOf(named);
  return index < 0 ? undefined : index;
}

/** The speaker in an EMO-DB file name; undefined for other names. */
export function emodbSpeaker(place: string): string | undefined {
  return EMODB_NAME.exec(lastOf(place))?.[1];
}

function emodbClass(name: string): string | undefined {
  const [, , letter] = EMODB_NAME.exec(name) ?? [];
  return letter === undefined ? undefined : EMODB_CLASSES[letter];
}

import { type DataSet, firstOfPlaces, lastOf, placesOf, type Utterance } from "./utterances.js";

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

/** Which of the classes a folder is named after, in any case: the one of just that name, else the only one that differs in case alone. */
export function classOfFolder(folder: string, classes: readonly string[]): string | undefined {
  if (classes.includes(folder)) return folder;
  const caseless = withoutCase(folder);
  const [one, ...others] = classes.filter((name) => withoutCase(name) === caseless);
  return others.length === 0 ? one : undefined;
}

/** macOS writes letters with accents as two characters. */
function withoutCase(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/**
 * The true class of an utterance, as an index in the model's classes: the nearest folder above it, inside the dataset, that is named
 * after a class; otherwise the emotion in an EMO-DB file name. Undefined if neither names a class of the model.
 *
 * `place` is the path from the dataset's folder to the file, with "/" and without its extension.
 */
export function labelOf(place: string, classes: readonly string[]): number | undefined {
  const folder = classFolderOf(place, classes);
  const named = folder === undefined ? emodbClass(lastOf(place)) : classOfFolder(folder, classes);
  const index = named === undefined ? -1 : classes.indexOf(named);
  return index < 0 ? undefined : index;
}

/** The label of an utterance by the first of its places that has one. */
export function labelOfUtterance(utterance: Utterance, classes: readonly string[]): number | undefined {
  return firstOfPlaces(utterance, (place) => labelOf(place, classes));
}

/** A sentence on the folders whose names differ from those of their classes in case; undefined if there are none. */
export function caseNote({ utterances }: DataSet, classes: readonly string[]): string | undefined {
  const folders = new Map<string, string>();
  for (const place of utterances.flatMap(placesOf)) {
    const folder = classFolderOf(place, classes);
    if (folder !== undefined && !classes.includes(folder)) folders.set(folder, classOfFolder(folder, classes)!);
  }
  if (folders.size === 0) return undefined;
  const list = [...folders].map(([folder, name]) => `${folder} (${name})`);
  return `folders taken for classes whose names differ in case: ${list.join(", ")}`;
}

/** The nearest folder above that is named after a class. */
function classFolderOf(place: string, classes: readonly string[]): string | undefined {
  const folders = place.split("/").slice(0, -1);
  return folders.findLast((folder) => classOfFolder(folder, classes) !== undefined);
}

/** The speaker in an EMO-DB file name; undefined for other names. */
export function emodbSpeaker(place: string): string | undefined {
  return EMODB_NAME.exec(lastOf(place))?.[1];
}

function emodbClass(name: string): string | undefined {
  const [, , letter] = EMODB_NAME.exec(name) ?? [];
  return letter === undefined ? undefined : EMODB_CLASSES[letter];
}

import { stat } from "node:fs/promises";
import path from "node:path";
import { systemPath } from "../host/file_names.js";
import { type Alias, findSounds, identityOf, isWavName, type SoundFile, withoutSoundExtension } from "../host/sound_files.js";

/** One recording of a dataset. */
export interface Utterance {
  /** The file's name without its extension; where several files have that name, `place`. */
  name: string;
  file: string;
  /** The path from the dataset's folder to the file, with "/" and without its extension: "anger/03/a". Without links, if there is such a path. */
  place: string;
  /** Other paths to the same recording, by symbolic links. */
  otherPlaces?: readonly string[];
}

export interface DataSet {
  folder: string;
  /** Sorted by place; a recording that links lead to is here once. */
  utterances: Utterance[];
  /** What could not be read in the folder; the folder itself if it has no sounds. */
  unreadable: { file: string; error: unknown }[];
  /** Sentences on what was skipped. */
  notes: string[];
}

/** Every sound under a folder. */
export async function findUtterances(folder: string): Promise<DataSet> {
  if (!(await stat(systemPath(folder))).isDirectory()) throw new Error(`${folder} is not a folder; name the folder of a dataset`);
  const { files, aliases, notes } = await findSounds([folder]);
  const found = files.filter((entry) => !("error" in entry));
  const unreadable = files.filter((entry) => "error" in entry);
  const recordings = await onceEach(found);
  const withPaths = recordings.map(([file, ...links]) => {
    const paths = [file!, ...links].flatMap((path) => [path, ...otherNames(path, aliases)]);
    return { file: file!, paths: paths.map((one) => path.relative(folder, one).split(path.sep).join("/")) };
  });
  const timesOfPlace = countOf(withPaths.map(({ paths }) => withoutSoundExtension(paths[0]!)));
  const placed = withPaths.map(({ file, paths }) => {
    // Of a.wav and a.mp3 in one folder, the second is called "a.mp3".
    const shared = timesOfPlace.get(withoutSoundExtension(paths[0]!))! > 1 && !isWavName(file);
    const [place, ...otherPlaces] = shared ? paths : paths.map(withoutSoundExtension);
    return { file, place: place!, ...(otherPlaces.length > 0 && { otherPlaces }) };
  });
  const timesOfName = countOf(placed.map(({ place }) => lastOf(place)));
  const utterances = placed.map(({ file, place, ...more }) => {
    const name = timesOfName.get(lastOf(place)) === 1 ? lastOf(place) : place;
    return { name, file, place, ...more };
  });
  return { folder, utterances, unreadable, notes };
}

/** The paths of each recording, first the one that is not a link. */
async function onceEach(found: readonly Exclude<SoundFile, { error: unknown }>[]): Promise<string[][]> {
  // Two names of a file that are not links (hard links) count as two recordings, as two copies would.
  if (!found.some(({ isLink }) => isLink)) return found.map(({ file }) => [file]);
  const recordings = new Map<string, string[]>();
  const linksLast = [...found.filter(({ isLink }) => !isLink), ...found.filter(({ isLink }) => isLink)];
  for (const { file, isLink } of linksLast) {
    const identity = await identityOf(file);
    const known = recordings.get(identity);
    if (known === undefined) recordings.set(identity, [file]);
    else if (isLink) known.push(file);
    else recordings.set(file, [file]);
  }
  const order = new Map(found.map(({ file }, index) => [file, index]));
  return [...recordings.values()].sort((a, b) => order.get(a[0]!)! - order.get(b[0]!)!);
}

/** What a path is called when folders on it are called by their other names. */
function otherNames(file: string, aliases: readonly Alias[]): string[] {
  return aliases.flatMap(({ path: alias, of }) => (file.startsWith(of + path.sep) ? [alias + file.slice(of.length)] : []));
}

function countOf(texts: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1);
  return times;
}

/** All paths to a recording. */
export function placesOf({ place, otherPlaces = [] }: Utterance): string[] {
  return [place, ...otherPlaces];
}

/** The first result of `find` that is not undefined, place by place. */
export function firstOfPlaces<T>(utterance: Utterance, find: (place: string) => T | undefined): T | undefined {
  for (const place of placesOf(utterance)) {
    const found = find(place);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The last part of a place: the file's name without its extension. */
export function lastOf(place: string): string {
  return place.slice(place.lastIndexOf("/") + 1);
}

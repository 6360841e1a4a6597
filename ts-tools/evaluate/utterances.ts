import { stat } from "node:fs/promises";
import path from "node:path";
import { findWavFiles } from "../host/wav_files.js";

/** One WAV file of a dataset. */
export interface Utterance {
  /** The file's name without ".wav"; where several files have that name, `place`. */
  name: string;
  file: string;
  /** The path from the dataset's folder to the file, with "/" and without ".wav": "anger/03/a". */
  place: string;
}

export interface DataSet {
  folder: string;
  /** Sorted by place. */
  utterances: Utterance[];
  /** What could not be read in the folder; the folder itself if it has no WAV files. */
  unreadable: { file: string; error: unknown }[];
}

/** Every WAV file under a folder. */
export async function findUtterances(folder: string): Promise<DataSet> {
  if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is not a folder; name the folder of a dataset`);
  const found: Omit<Utterance, "name">[] = [];
  const unreadable: DataSet["unreadable"] = [];
  for (const entry of await findWavFiles([folder])) {
    if ("error" in entry) unreadable.push(entry);
    else found.push({ file: entry.file, place: placeOf(path.relative(folder, entry.file)) });
  }
  const times = new Map<string, number>();
  for (const { place } of found) times.set(lastOf(place), (times.get(lastOf(place)) ?? 0) + 1);
  const utterances = found.map(({ file, place }) => ({ name: times.get(lastOf(place)) === 1 ? lastOf(place) : place, file, place }));
  return { folder, utterances, unreadable };
}

function placeOf(relative: string): string {
  const place = relative.split(path.sep).join("/");
  return place.replace(/\.wav$/i, "");
}

/** The last part of a place: the file's name without ".wav". */
export function lastOf(place: string): string {
  return place.slice(place.lastIndexOf("/") + 1);
}

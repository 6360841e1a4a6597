/** Finds the sounds in files and folders that a person names. Everything that walks folders of sounds uses this. */
import type { BigIntStats, Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { nameOfBytes, STDIN, systemPath } from "./file_names.js";
import { kindOf } from "./plain_file.js";
import { SkippedEntries } from "./skipped_entries.js";

/** A file to work on, or why it cannot be. `isLink`: it is a symbolic link in a folder. */
export type SoundFile = { file: string; isLink?: boolean } | { file: string; error: unknown };

/** A folder that was reached a second time and not read again: `path` is another name of the folder `of`. */
export interface Alias {
  path: string;
  of: string;
}

export interface FoundSounds {
  files: SoundFile[];
  /** Other names of folders, in the order of their paths. */
  aliases: Alias[];
  /** Sentences on what was skipped, or will have to be waited for. */
  notes: string[];
}

/** The extensions of sounds, lower case. A file of a format that is not read gets an error: it is never left out silently. */
export const SOUND_EXTENSIONS: ReadonlySet<string> = new Set([
  ...["wav", "wave", "bwf", "bw64", "rf64", "w64", "aif", "aiff", "aifc", "au", "caf"],
  ...["flac", "mp3", "ogg", "oga", "opus", "m4a", "m4b", "aac", "mp4", "webm", "weba", "mka", "amr", "3gp", "wma"],
]);

/** Whether a file is a WAV file by its name. */
export const isWavName = (name: string): boolean => /\.wave?$/i.test(name);

/** A name without the extension of a sound. */
export function withoutSoundExtension(name: string): string {
  const dot = name.lastIndexOf(".");
  return isSoundName(name) ? name.slice(0, dot) : name;
}

function isSoundName(name: string): boolean {
  const dot = name.lastIndexOf(".");
  return dot >= 0 && SOUND_EXTENSIONS.has(name.slice(dot + 1).toLowerCase());
}

/**
 * Files are returned as they are, pipes too. Folders are searched for sounds by their extensions, and returned in the order of their paths. A folder is read once,
 * whatever links lead to it, by its path without links if it has one. What macOS adds, pipes, sockets and devices are skipped, and links that lead nowhere; `notes`
 * says which. What cannot be read, or a folder without sounds, becomes an entry with an error. `except`: a folder that is not entered.
 */
export async function findSounds(inputs: readonly string[], except?: string): Promise<FoundSounds> {
  const skipped = new SkippedEntries();
  const found: Omit<FoundSounds, "notes">[] = [];
  for (const input of inputs) found.push(await findIn(input, skipped, except));
  return { files: found.flatMap(({ files }) => files), aliases: found.flatMap(({ aliases }) => aliases), notes: skipped.notes() };
}

async function findIn(input: string, skipped: SkippedEntries, except: string | undefined): Promise<Omit<FoundSounds, "notes">> {
  try {
    if (input === STDIN) return { files: [{ file: input }], aliases: [] };
    const entry = await stat(systemPath(input));
    // A pipe like /dev/fd/63 comes from a shell, with a writer.
    if (entry.isFIFO() && isSoundName(input)) skipped.waitsFor(input);
    if (!entry.isDirectory()) return { files: [{ file: input }], aliases: [] };
    const walk = new Walk(skipped);
    if (except !== undefined) walk.leaveOut(await identityOf(except));
    await walk.everything(input);
    const { files, aliases } = walk;
    if (files.length === 0)
      files.push({ file: input, error: new Error("this folder has no sound files (.wav, .flac, .mp3, ...); name one that does") });
    return { files: inOrder(files, ({ file }) => file), aliases: inOrder(aliases, ({ path }) => path) };
  } catch (error) {
    return { files: [{ file: input, error }], aliases: [] };
  }
}

/** A folder on the way from the named one, with those above it. */
interface Place {
  path: string;
  identity: string;
  above: Place | undefined;
}

/** A link to a folder. */
interface Link {
  path: string;
  above: Place;
}

/** One folder and all below it. Links are followed after everything that can be reached without them. */
class Walk {
  readonly files: SoundFile[] = [];
  readonly aliases: Alias[] = [];
  readonly #skipped: SkippedEntries;
  /** Paths of the folders that were read, by their identity; undefined for one that is left out. */
  readonly #read = new Map<string, string | undefined>();
  readonly #links: Link[] = [];

  constructor(skipped: SkippedEntries) {
    this.#skipped = skipped;
  }

  leaveOut(identity: string): void {
    this.#read.set(identity, undefined);
  }

  async everything(path: string): Promise<void> {
    await this.#enter(path, undefined);
    for (let link = this.#links.shift(); link !== undefined; link = this.#links.shift()) await this.#enter(link.path, link.above);
  }

  async #enter(path: string, above: Place | undefined): Promise<void> {
    try {
      const identity = await identityOf(path);
      for (let place = above; place !== undefined; place = place.above) if (place.identity === identity) return;
      const of = this.#read.get(identity);
      // Where links lead from a folder out of it and back, the way is not another name of the folder.
      if (of !== undefined && !isInside(path, of)) this.aliases.push({ path, of });
      if (this.#read.has(identity)) return;
      this.#read.set(identity, path);
      const entries = await readdir(systemPath(path), { withFileTypes: true, encoding: "buffer" });
      const place = { path, identity, above };
      for (const { name, entry } of inOrder(entries.map(named), ({ name }) => name)) await this.#take(name, entry, place);
    } catch (error) {
      this.files.push({ file: path, error });
    }
  }

  async #take(name: string, entry: Dirent<Buffer>, above: Place): Promise<void> {
    const file = join(above.path, name);
    if (isOfMac(name, entry)) this.#skipped.ofMac(entry.isDirectory());
    else if (entry.isDirectory()) await this.#enter(file, above);
    else if (entry.isSymbolicLink()) await this.#follow(file, above, isSoundName(name));
    else if (isSoundName(name)) {
      if (entry.isFile()) this.files.push({ file });
      else this.#skipped.notAFile(file, kindOf(entry));
    }
  }

  async #follow(file: string, above: Place, isSound: boolean): Promise<void> {
    try {
      const target = await stat(systemPath(file));
      if (target.isDirectory()) this.#links.push({ path: file, above });
      else if (isSound && target.isFile()) this.files.push({ file, isLink: true });
      else if (isSound) this.#skipped.notAFile(file, kindOf(target));
    } catch (error) {
      if (isSound) this.files.push({ file, error });
      else this.#skipped.deadLink(file);
    }
  }
}

const named = (entry: Dirent<Buffer>): { name: string; entry: Dirent<Buffer> } => ({ name: nameOfBytes(entry.name), entry });

/** What macOS writes beside files on other disks and into archives; "._a.wav" has the extension of a sound, but holds none. */
function isOfMac(name: string, entry: Dirent<Buffer>): boolean {
  return entry.isDirectory() ? name === "__MACOSX" : name.startsWith("._") && isSoundName(name);
}

/** Two paths with the same identity lead to the same file or folder. Follows links. */
export async function identityOf(path: string): Promise<string> {
  const { dev, ino }: BigIntStats = await stat(systemPath(path), { bigint: true });
  // A file system may have no numbers of files.
  return ino === 0n ? nameOfBytes(await realpath(systemPath(path), { encoding: "buffer" })) : `${dev}:${ino}`;
}

const isInside = (path: string, folder: string): boolean => relative(folder, path).split(sep)[0] !== "..";

/** By the parts of their paths. */
function inOrder<T>(items: readonly T[], pathOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, parts: pathOf(item).split(sep) }))
    .sort((a, b) => compareParts(a.parts, b.parts))
    .map(({ item }) => item);
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((part, at) => part !== b[at]);
  if (index < 0) return a.length - b.length;
  return b[index] === undefined || a[index]! > b[index] ? 1 : -1;
}

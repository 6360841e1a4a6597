import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { kindOf } from "./plain_file.js";

/** The file name that means standard input. */
export const STDIN = "-";

/** A file to work on, or why it cannot be. */
export type WavFile = { file: string } | { file: string; error: unknown };

/**
 * Files are returned as they are, pipes too. Folders are searched for .wav files (upper or lower case), in the order of their names. What cannot be read, a pipe or
 * device in a folder, or a folder without WAV files, becomes an entry with an error.
 */
export async function findWavFiles(inputs: readonly string[]): Promise<WavFile[]> {
  const found: WavFile[] = [];
  for (const input of inputs) found.push(...(await findIn(input)));
  return found;
}

async function findIn(input: string): Promise<WavFile[]> {
  try {
    if (input === STDIN || !(await stat(input)).isDirectory()) return [{ file: input }];
  } catch (error) {
    return [{ file: input, error }];
  }
  const found = await walk(input);
  return found.length > 0 ? found : [{ file: input, error: new Error("this folder has no .wav files; name one that does") }];
}

/** All WAV files under a folder; symbolic links to folders are not followed, so circles are impossible. */
async function walk(folder: string): Promise<WavFile[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const found: WavFile[] = [];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) found.push(...(await walk(path)));
      else if (/\.wav$/i.test(entry.name)) found.push(entry.isFile() ? { file: path } : await wavFileAt(path));
    }
    return found;
  } catch (error) {
    return [{ file: folder, error }];
  }
}

/** An entry that is not a plain file. A link may lead to one; reading a pipe could wait forever, and a device may never end. */
async function wavFileAt(file: string): Promise<WavFile> {
  try {
    const entry = await stat(file);
    // Reading a folder fails with its own message.
    if (entry.isFile() || entry.isDirectory()) return { file };
    return { file, error: new Error(`this is ${kindOf(entry)}, not a WAV file; move it out of the folder`) };
  } catch (error) {
    return { file, error };
  }
}

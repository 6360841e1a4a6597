/** A file that a model names: it must be a plain one in the model's folder or below, after links are followed. */

import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { plainFileSize, readPlainFile } from "../host/plain_file.js";
import { fileError, orFileError } from "./layer_graph.js";

export interface FolderFile {
  /** As the model names it. */
  name: string;
  /** Where it really is. */
  file: string;
  bytes: number;
}

/** Finds the file `name` beside the model at `path`, and its size; `what` is what it holds, for messages: "the weights shard". */
export async function findInFolder(path: string, name: string, what: string): Promise<FolderFile> {
  const named = join(dirname(path), name);
  const sentence = `${what} ${named} cannot be read, expected a plain file beside ${basename(path)}`;
  const { folder, file, bytes } = await orFileError(path, sentence, async () => {
    const [folder, file] = await Promise.all([realpath(dirname(path)), realpath(named)]);
    return { folder, file, bytes: await plainFileSize(file) };
  });
  const inside = relative(folder, file);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw fileError(path, `${what} ${name} is outside the model's folder, expected it beside ${basename(path)} or below`);
  }
  return { name, file, bytes };
}

/** All bytes of such a file. */
export async function readInFolder(path: string, { name, file, bytes }: FolderFile, what: string): Promise<Uint8Array> {
  const read = await orFileError(path, `${what} ${name} cannot be read, expected a file that opens`, () => readPlainFile(file, bytes));
  if (read.length !== bytes) throw fileError(path, `${what} ${name} changed while it was read, expected it to stay the same`);
  return read;
}

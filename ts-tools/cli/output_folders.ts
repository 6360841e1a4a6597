/** A command may write to the folders that were named, but not to anything that links in them lead to. */
import { realpathSync } from "node:fs";
import path from "node:path";
import { FOLDER_MODEL, sourceFile } from "../pipeline/model_folder.js";

/** The real path of a file, or undefined if it does not exist. */
function existing(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

/** The manifest that a build writes must not overwrite the model that it is built from. */
export async function assertKeepsSource(source: string, out: string): Promise<void> {
  const model = existing(await sourceFile(source));
  if (model !== undefined && model === existing(path.join(out, FOLDER_MODEL)))
    throw new Error(`${out} is the folder of the trained model, and its ${FOLDER_MODEL} would be overwritten; choose another --out`);
}

/** The subfolders of `folder` must be inside it even when links are followed. `names` are those of the files to write, with "/". */
export function assertStaysBelow(folder: string, names: Iterable<string>): void {
  const root = existing(folder);
  if (root === undefined) return;
  for (const below of new Set(Array.from(names, (name) => path.dirname(name)))) {
    const place = existing(path.join(folder, below));
    if (place !== undefined && place !== path.join(root, below))
      throw new Error(`${path.join(folder, below)} is a link that leads out of ${folder}; remove it, or choose another folder`);
  }
}

import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it, one level at a time; gives those that were not there before, the uppermost first. Node's own recursive mkdir never
 * returns where the file system refuses new names with "no such file", as /proc does.
 */
export function makeFolders(folder: string): string[] {
  if (isFolder(folder)) return [];
  const made = dirname(folder) !== folder ? makeFolders(dirname(folder)) : [];
  try {
    mkdirSync(folder);
    return [...made, folder];
  } catch (error) {
    // Another process may have been faster.
    if (isFolder(folder)) return made;
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error(`${folder}: no folder can be made here; choose another place`, { cause: error });
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

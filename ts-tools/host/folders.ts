import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { systemPath } from "./file_names.js";

/**
 * Makes a folder and its missing parents, one level at a time; returns the new ones, the uppermost first. Node's own recursive mkdir never
 * returns on file systems that refuse new names with "no such file", such as /proc.
 */
export function makeFolders(folder: string): string[] {
  if (isFolder(folder)) return [];
  const made = dirname(folder) !== folder ? makeFolders(dirname(folder)) : [];
  try {
    mkdirSync(systemPath(folder));
    return [...made, folder];
  } catch (error) {
    // Another process may have made it first.
    if (isFolder(folder)) return made;
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error(`${folder}: this folder cannot be made here; choose another place`, { cause: error });
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(systemPath(path)).isDirectory();
  } catch {
    return false;
  }
}

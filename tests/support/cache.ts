/**
 * What is costly to make and the same in several test files: the first that needs it makes it, the others take it from a folder. `npm test` has a
 * folder of its own for each run; a test file that is run alone shares one with earlier runs, which is why a key holds a hash of the sources.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "./paths.js";

const CACHE = process.env.LIGHT_SERNET_TEST_CACHE ?? join(tmpdir(), "light-sernet-tests");

/** The folder of this key, which `fill` has written. Everything that `fill` depends on, besides the sources, must be in the key. Do not write to it. */
export async function cached(key: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, createHash("sha256").update(`${sourcesHash()} ${key}`).digest("hex").slice(0, 32));
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    await fill(unfinished);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

let sources: string | undefined;

/** Of everything that models are turned into modules and C with. */
function sourcesHash(): string {
  if (sources !== undefined) return sources;
  sources = hashOf([...["assembly", "ts-tools", "hosts/firmware"].flatMap(filesIn), "asconfig.json", "package-lock.json"]);
  return sources;
}

/** A hash of the files in a folder of the repository. */
export const folderHash = (folder: string): string => hashOf(filesIn(folder));

function hashOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const name of files) hash.update(name).update(readFileSync(join(repositoryRoot, name)));
  return hash.digest("hex");
}

/** Sorted, without generated ones. */
function filesIn(folder: string): string[] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repositoryRoot.length + 1))
    .filter((name) => !name.startsWith(join("assembly", "generated")))
    .sort();
}

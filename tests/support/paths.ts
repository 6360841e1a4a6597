import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package, found from the compiled test upwards. */
export const repositoryRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

/** A folder of `../shared` (for instance "emodb"), or undefined when it is not there: a test then says what it skips. */
export function sharedFolder(name: string): string | undefined {
  const folder = join(repositoryRoot, "..", "shared", name);
  return existsSync(folder) ? folder : undefined;
}

function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === "light-sernet-tools") return folder;
    if (dirname(folder) === folder) throw new Error(`no package.json of light-sernet above ${start}`);
  }
}

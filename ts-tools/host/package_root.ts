import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package: the first one upwards from this file that has asconfig.json and assembly/. */
export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, "asconfig.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error("the files of this package are incomplete: asconfig.json is missing; install it again");
    folder = parent;
  }
  return folder;
}

import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of this package: the nearest one above this file that has asconfig.json. */
export function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, "asconfig.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error("this package is incomplete (no asconfig.json); install it again");
    folder = parent;
  }
  return folder;
}

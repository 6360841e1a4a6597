/** Which module files a measurement is of: a test compares them with those that ship. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";

/** SHA-256 by the model's id and the file's name: { "emodb-full-ce-v2": { "light-sernet.wasm": "9f86d0..." } }. */
export type MeasuredModules = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Of files of a built model's folder. */
export function measuredModules(folder: string, files: readonly string[]): MeasuredModules {
  const manifest = path.join(folder, "model.json");
  const { id } = parseManifest(readFileSync(manifest, "utf8"), manifest);
  const sha256 = (file: string): string =>
    createHash("sha256")
      .update(readFileSync(path.join(folder, file)))
      .digest("hex");
  return { [id]: Object.fromEntries(files.map((file) => [file, sha256(file)])) };
}

/** Tells whether a module that another test file has built is still the one that these sources would give. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { emit, type NamedModel } from "../../ts-tools/emit/emit.js";
import { repositoryRoot } from "./paths.js";

let sources: string | undefined;

/** Of everything that a module of this model is made from; `profile` keeps kinds of files apart. */
export function moduleHash(named: NamedModel, profile: string): string {
  sources ??= sourcesHash();
  const hash = createHash("sha256").update(`${sources} ${profile}`);
  for (const [name, text] of emit(named).files) hash.update(name).update(text);
  return hash.digest("hex");
}

/** Of everything besides the generated files that a module is made from: the module, the linker and the versions of the compilers. */
function sourcesHash(): string {
  const hash = createHash("sha256");
  const inFolder = (folder: string): string[] =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.startsWith("generated"))
      .map((name) => join(folder, name));
  const files = [...inFolder("assembly"), ...inFolder("ts-tools/link"), "asconfig.json", "package-lock.json"];
  for (const name of files.sort()) hash.update(name).update(readFileSync(join(repositoryRoot, name)));
  return hash.digest("hex");
}

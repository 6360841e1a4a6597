import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Manifest } from "../quantize/model_types.js";
import { parseManifest } from "../quantize/parse_manifest.js";
import { type Build, candidates, compile, DEFAULT_MODEL, type ModuleBuild, moduleFile } from "./create.js";
import { Engine } from "./engine.js";
import { RecognizerError } from "./errors.js";
import { loadByFetch } from "./loader_fetch.js";
import type { Recognition } from "./result.js";

/** The package's own model, as a path. */
export const defaultModelFolder: string = fileURLToPath(new URL(DEFAULT_MODEL, import.meta.url));

/** Loads a module from a folder on disk, or by fetch when the folder is an http address. */
export async function loadFromFolder(model: string | URL | undefined, build: Build): Promise<WebAssembly.Module> {
  if (model !== undefined && /^https?:/.test(String(model))) return loadByFetch(model, build);
  const folder = modelFolder(model);
  const manifest = await readManifest(folder);
  const builds = candidates(build);
  // A folder may lack the faster builds.
  const chosen = builds.find((candidate) => existsSync(join(folder, moduleFile(candidate)))) ?? builds.at(-1)!;
  const file = join(folder, moduleFile(chosen));
  const module = await compile(await read(file, missingModule(file, chosen)), file);
  const { id, sha256, acceptThreshold } = (await Engine.create(module)).model();
  checkSameModel(folder, manifest, moduleFile(chosen), { id, sha256 }, acceptThreshold === manifest.acceptThreshold);
  return module;
}

/**
 * Throws when a module of a folder holds another model than the folder's manifest describes. The hash is of the weights alone: whether the module
 * accepts answers by the manifest's threshold, the caller finds out.
 */
export function checkSameModel(
  folder: string,
  manifest: Manifest,
  file: string,
  model: Recognition["model"],
  sameThreshold: boolean,
): void {
  const sameWeights = model.sha256 === manifest.sha256;
  if (sameWeights && sameThreshold) return;
  const what = sameWeights ? "acceptance thresholds" : "hashes";
  throw new RecognizerError(
    "NO_MODEL",
    `${folder} mixes two models: model.json and ${file} (${model.id}) have different ${what}; build the model again`,
  );
}

/** A model's folder as a path. */
export function modelFolder(model: string | URL | undefined): string {
  if (model === undefined) return defaultModelFolder;
  return model instanceof URL || model.startsWith("file:") ? fileURLToPath(model) : model;
}

/** Reads `model.json` of a built model. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, "model.json");
  const text = (await read(file, `${folder} holds no built model (no model.json); ${howToBuild(folder)}`)).toString("utf8");
  try {
    return parseManifest(text, file);
  } catch (cause) {
    throw new RecognizerError("NO_MODEL", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function missingModule(file: string, build: ModuleBuild): string {
  if (build === "scalar") return `${file} is missing; run "npm run build" or "light-sernet build"`;
  return `${file} is missing: that folder has no ${build} build; use --build auto, or build the model with it`;
}

function howToBuild(folder: string): string {
  return folder === defaultModelFolder
    ? 'run "npm run build" first'
    : 'give a folder that "light-sernet build SOURCE --out DIR" has written';
}

async function read(file: string, missing: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") throw new RecognizerError("NO_MODEL", missing, { cause });
    throw new RecognizerError("NO_MODEL", `${file} cannot be read (${code ?? String(cause)}); check its permissions`, { cause });
  }
}

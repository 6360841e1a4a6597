import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMissing, MOST_MANIFEST_BYTES, MOST_MODULE_BYTES, PlainFileError, readPlainFile, readPlainText } from "../host/plain_file.js";
import { type Build, type ModuleBuild, moduleFile } from "../model/builds.js";
import type { Manifest } from "../model/model_types.js";
import { parseManifest } from "../model/parse_manifest.js";
import { shown, visible } from "../text/visible_text.js";
import { candidates, compile, type LoadedModel } from "./create.js";
import { Engine } from "./engine.js";
import { RecognizerError } from "./errors.js";
import { loadByFetch } from "./loader_fetch.js";
import type { Recognition } from "./result.js";
import { DEFAULT_MODEL, isPackagedModel, isShippedModel, LICENSES, notPackaged, type PackagedModel } from "./shipped_models.js";

/** Of this file. The addresses of files beside it are not made with new URL(): bundlers would look for one file of that name. */
const HERE = import.meta.url;

/** Loads a module from a folder on disk, or by fetch when the folder is an http address. */
export async function loadFromFolder(model: string | URL = DEFAULT_MODEL, build: Build): Promise<LoadedModel> {
  if (/^https?:/.test(String(model))) return loadByFetch(model, build);
  if (isPackagedModel(model) && !isInstalled(model))
    return loadByFetch(model, build, async (file) => Uint8Array.from(await readFile(fileURLToPath(file.href))));
  const folder = modelFolder(model);
  const manifest = await readManifest(folder);
  const builds = candidates(build);
  // A folder may lack the faster builds.
  const chosen = builds.find((candidate) => existsSync(join(folder, moduleFile(candidate)))) ?? builds.at(-1)!;
  const file = join(folder, moduleFile(chosen));
  const bytes = await reading(file, missingModule(visible(file), chosen), () => readPlainFile(file, MOST_MODULE_BYTES));
  const module = await compile(bytes, visible(file));
  const { id, sha256, acceptThreshold, leastSpeechFrames } = (await Engine.create(module, visible(file))).model();
  const sameThresholds = acceptThreshold === manifest.acceptThreshold && leastSpeechFrames === manifest.leastSpeechFrames;
  checkSameModel(folder, manifest, moduleFile(chosen), { id, sha256 }, sameThresholds);
  return { module, license: manifest.license };
}

/** In a bundle the package's files may be elsewhere: where a literal address, which the bundler has rewritten, says. */
function isInstalled(model: PackagedModel): boolean {
  return HERE.startsWith("file:") && existsSync(join(modelFolder(model), "model.json"));
}

/**
 * Throws if a module in a folder contains another model than the folder's manifest describes. The hash covers the weights only; the caller finds
 * out whether the thresholds of acceptance are the same.
 */
export function checkSameModel(
  folder: string,
  manifest: Manifest,
  file: string,
  model: Recognition["model"],
  sameThresholds: boolean,
): void {
  const sameWeights = model.sha256 === manifest.sha256;
  if (sameWeights && sameThresholds) return;
  const what = sameWeights ? "acceptance thresholds" : "hashes";
  throw new RecognizerError(
    "NO_MODEL",
    `${visible(folder)} mixes two models: model.json and ${file} (${visible(model.id)}) have different ${what}; build the model again`,
  );
}

/** A model's folder as a path. */
export function modelFolder(model: string | URL = DEFAULT_MODEL): string {
  if (isShippedModel(model)) return join(fileURLToPath(HERE), "..", "..", "models", model, "/");
  const text = String(model);
  if (typeof model === "string" && !text.startsWith("file:")) return text;
  try {
    return fileURLToPath(text);
  } catch (cause) {
    throw new RecognizerError(
      "NO_MODEL",
      `${shown(String(model))} is not the address of a folder on this machine; use a path, or a file: address`,
      { cause },
    );
  }
}

/** Reads `model.json` of a built model. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, "model.json");
  const text = await reading(file, missingManifest(folder), () => readPlainText(file, MOST_MANIFEST_BYTES));
  try {
    return parseManifest(text, visible(file));
  } catch (cause) {
    throw new RecognizerError("NO_MODEL", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function missingModule(file: string, build: ModuleBuild): string {
  if (build === "scalar") return `${file} is missing; build the model again with "light-sernet build"`;
  return `${file} is missing: that folder has no ${build} build; use --build auto, or build the model again with --profile all`;
}

function missingManifest(folder: string): string {
  const shipped = Object.keys(LICENSES).find((name) => modelFolder(name) === folder);
  if (isShippedModel(shipped) && !isPackagedModel(shipped)) return notPackaged(shipped);
  const advice = shipped
    ? "this package is incomplete; install it again (in a clone, run npm ci)"
    : 'use a folder that "light-sernet build SOURCE --out DIR" has written';
  return `${visible(folder)} has no built model (no model.json); ${advice}`;
}

/** Runs `step`, which reads a file; a file that is missing or cannot be read becomes a RecognizerError. */
async function reading<T>(file: string, missing: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (isMissing(cause)) throw new RecognizerError("NO_MODEL", missing, { cause });
    if (cause instanceof PlainFileError) throw new RecognizerError("NO_MODEL", cause.message, { cause });
    const { code } = cause as NodeJS.ErrnoException;
    throw new RecognizerError("NO_MODEL", `${visible(file)} cannot be read (${code ?? String(cause)}); check its permissions`, { cause });
  }
}

import type { ModuleBuild } from "../model/builds.js";
import { RecognizerError } from "./errors.js";

/** Part of this package: `full` has the paper's widths; `micro` needs a quarter of the work and a third of the bytes. */
export type PackagedModel = "full" | "micro";
/** A model that comes with the tools. */
export type ShippedModel = PackagedModel | "world" | "world-micro";

/**
 * Every model that ships, with its license as its manifest says it. Their modules are weights/NAME/int8 of the repository; tools find them in models/NAME/ beside
 * this folder. The `world` models learned from more corpora, whose license they carry; so they are not part of this package.
 */
export const LICENSES: Readonly<Record<ShippedModel, string>> = {
  full: "MIT",
  micro: "MIT",
  world: "CC BY-NC-SA 4.0",
  "world-micro": "CC BY-NC-SA 4.0",
};

/** The model that a recognizer loads by default. */
export const DEFAULT_MODEL = "full";

/** The package that has the modules as text in scripts, for bundlers that copy no other files. */
export const INLINE_PACKAGE = "light-sernet-inline";

export function isShippedModel(model: unknown): model is ShippedModel {
  return Object.keys(LICENSES).includes(model as string);
}

export function isPackagedModel(model: unknown): model is PackagedModel {
  return Object.keys(ADDRESSES).includes(model as string);
}

/** What to do about a model that is not where tools find it. */
export function notPackaged(model: ShippedModel): string {
  return (
    `the model "${model}" is not part of this package, because its license is ${LICENSES[model]}; ` +
    `get weights/${model}/int8 of the light-sernet repository, and use the path or address of that folder`
  );
}

/** Every address is written out: bundlers include a file only if its address is a literal. */
const ADDRESSES: Readonly<Record<PackagedModel, Readonly<Record<ModuleBuild, () => URL>>>> = {
  full: {
    scalar: () => new URL("../models/full/light-sernet.wasm", import.meta.url),
    simd: () => new URL("../models/full/light-sernet.simd.wasm", import.meta.url),
    relaxed: () => new URL("../models/full/light-sernet.relaxed.wasm", import.meta.url),
  },
  micro: {
    scalar: () => new URL("../models/micro/light-sernet.wasm", import.meta.url),
    simd: () => new URL("../models/micro/light-sernet.simd.wasm", import.meta.url),
    relaxed: () => new URL("../models/micro/light-sernet.relaxed.wasm", import.meta.url),
  },
};

/** The address of a build of a model in this package. */
export function packagedModule(model: PackagedModel, build: ModuleBuild): URL {
  try {
    return ADDRESSES[model][build]();
  } catch (cause) {
    const message =
      "this script does not know its own address (import.meta.url), so the package's .wasm files cannot be found; " +
      `bundle it as an ES module, pass { module }, or use the package ${INLINE_PACKAGE}`;
    throw new RecognizerError("NO_MODEL", message, { cause });
  }
}

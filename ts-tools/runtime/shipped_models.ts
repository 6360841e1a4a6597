/** The models that ship. Their modules are in weights/NAME/int8 of the repository, and of the tools in `models/NAME/` beside this folder. */
import type { ModuleBuild } from "../model/builds.js";

/**
 * `full` has the paper's widths; `micro` needs a quarter of the work and a third of the bytes. `world` and `world-micro` are the same two networks, which learned
 * from more corpora, whose license they carry. Only what this package's license covers is part of it.
 */
const MODELS = {
  full: { license: "MIT", packaged: true },
  micro: { license: "MIT", packaged: true },
  world: { license: "CC BY-NC-SA 4.0", packaged: false },
  "world-micro": { license: "CC BY-NC-SA 4.0", packaged: false },
} as const;

export type ShippedModel = keyof typeof MODELS;

/** The models that are part of this package. */
export type PackagedModel = { [Name in ShippedModel]: (typeof MODELS)[Name]["packaged"] extends true ? Name : never }[ShippedModel];

export const SHIPPED_MODELS = Object.keys(MODELS) as ShippedModel[];
export const PACKAGED_MODELS: PackagedModel[] = SHIPPED_MODELS.filter(isPackagedModel);

/** The model that a recognizer loads by default. */
export const DEFAULT_MODEL: PackagedModel = "full";

export function isShippedModel(model: unknown): model is ShippedModel {
  return SHIPPED_MODELS.some((name) => name === model);
}

export function isPackagedModel(model: unknown): model is PackagedModel {
  return isShippedModel(model) && MODELS[model].packaged;
}

/** As the model's manifest says it. */
export function licenseOf(model: ShippedModel): string {
  return MODELS[model].license;
}

/** What to do about a model that is not where it would be. */
export function notPackaged(model: ShippedModel): string {
  return (
    `the model "${model}" is not part of this package, because its license is ${licenseOf(model)}; ` +
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
  return ADDRESSES[model][build]();
}

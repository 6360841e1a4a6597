/** The models that are part of this package, in `models/` beside this folder. */
import type { ModuleBuild } from "../model/builds.js";

/** `full` has the paper's widths; `micro` needs a quarter of the work and a third of the bytes. */
export const SHIPPED_MODELS = ["full", "micro"] as const;
export type ShippedModel = (typeof SHIPPED_MODELS)[number];

/** The model that a recognizer loads by default. */
export const DEFAULT_MODEL: ShippedModel = "full";

export function isShippedModel(model: unknown): model is ShippedModel {
  return SHIPPED_MODELS.some((name) => name === model);
}

/** Every address is written out: bundlers include a file only if its address is a literal. */
const ADDRESSES: Readonly<Record<ShippedModel, Readonly<Record<ModuleBuild, () => URL>>>> = {
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

/** The address of a build of a shipped model. */
export function shippedModule(model: ShippedModel, build: ModuleBuild): URL {
  return ADDRESSES[model][build]();
}

/** The random model that is written as C, without the compilers: for tests that do not compile it. */
import { buildManifest } from "../../ts-tools/model/manifest.js";
import type { Manifest } from "../../ts-tools/model/model_types.js";
import type { BuiltModel } from "../module/built_model.js";
import { type Case, PATH_CASES } from "../module/cases.js";
import { normalizationOf } from "../support/normalization.js";

export const VERSION = "1.2.3";

/** The model that is quick: segments of 2,400 samples. */
export const SMALL: Case = PATH_CASES[0]!;

/** The same with a normalization: its module has the functions for a speaker's statistics, too. */
export const SMALL_NORMALIZED: Case = {
  ...SMALL,
  name: "path of 6 normalized frames",
  frontEnd: { ...SMALL.frontEnd, normalization: normalizationOf(SMALL.frontEnd.coefficients) },
};

/** The manifest of a random model. */
export function manifestOf({ name, model, frontEnd, classes, acceptThreshold, rules }: BuiltModel): Manifest {
  return buildManifest({
    id: name,
    sourceFile: "small_model.ts",
    sourceSha256: "0".repeat(64),
    classes,
    acceptThreshold,
    ...(rules && { rules }),
    frontEnd,
    float: { ...model, format: "random" },
    quantized: model,
    activationScales: { bodyOne: 1, bodyTwo: [1, 1, 1, 1], features: 1 },
    version: VERSION,
  });
}

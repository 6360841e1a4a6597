import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { FrontEnd, Normalization } from "../../ts-tools/model/model_types.js";

/** A normalization as models have them, with a mean like that of voices. */
export function normalizationOf(coefficients: number, changes: Partial<Normalization> = {}): Normalization {
  return {
    kind: "runningMean",
    horizon: 512,
    startWeight: 32,
    carriedWeight: 512,
    energyScale: 4,
    share: 1,
    speechRange: 2.8,
    speechFloor: -13.75,
    mean: Array.from({ length: coefficients }, (_, k) => (k === 0 ? -6.25 : (12 * Math.cos(1.3 * k)) / (1 + k))),
    ...changes,
  };
}

/** The paper's front end with that normalization. */
export const NORMALIZED_FRONT_END: FrontEnd = {
  ...REFERENCE_FRONT_END,
  normalization: normalizationOf(REFERENCE_FRONT_END.coefficients),
};

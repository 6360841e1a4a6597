import type { Decision } from "../evaluate/figures.js";
import type { DimensionName } from "../model/model_types.js";
import { csvRow } from "./csv.js";

/** A model's answer to one utterance. */
export interface Prediction extends Decision, Partial<Record<DimensionName, number>> {
  utterance: string;
  /** Empty for a single model. */
  fold: string;
  /** float32, in the order of the classes. */
  probabilities: readonly number[];
}

/** A header and one row for each prediction (RFC 4180), with the dimensions that all models have; probabilities read back to the same float32. */
export function predictionsCsv(
  predictions: readonly Prediction[],
  classes: readonly string[],
  dimensions: readonly DimensionName[] = [],
): string {
  const rows = predictions.map((prediction) => {
    const { utterance, fold, label, answered, probabilities } = prediction;
    return csvRow([utterance, fold, classes[label]!, classes[answered]!, ...dimensions.map((name) => prediction[name]!), ...probabilities]);
  });
  return [csvRow(["utterance", "fold", "true", "predicted", ...dimensions, ...classes]), ...rows].map((row) => `${row}\n`).join("");
}

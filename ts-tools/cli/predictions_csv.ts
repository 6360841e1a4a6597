import type { Decision } from "../evaluate/figures.js";
import type { DimensionName } from "../model/model_types.js";
import { csvRow } from "./csv.js";

/** A number of an answer that only some models have. */
export type MoreColumn = "voice" | DimensionName;

/** A model's answer to one utterance. */
export interface Prediction extends Decision, Partial<Record<MoreColumn, number>> {
  utterance: string;
  /** Empty for a single model. */
  fold: string;
  /** float32, in the order of the classes. */
  probabilities: readonly number[];
}

/** A header and one row for each prediction (RFC 4180), with the numbers more that all models have; probabilities read back to the same float32. */
export function predictionsCsv(predictions: readonly Prediction[], classes: readonly string[], more: readonly MoreColumn[] = []): string {
  const rows = predictions.map((prediction) => {
    const { utterance, fold, label, answered, probabilities } = prediction;
    return csvRow([utterance, fold, classes[label]!, classes[answered]!, ...more.map((name) => prediction[name]!), ...probabilities]);
  });
  return [csvRow(["utterance", "fold", "true", "predicted", ...more, ...classes]), ...rows].map((row) => `${row}\n`).join("");
}

import type { Decision } from "../evaluate/figures.js";
import { csvRow } from "./csv.js";

/** A model's answer to one utterance. */
export interface Prediction extends Decision {
  utterance: string;
  /** Empty for a single model. */
  fold: string;
  /** float32, in the order of the classes. */
  probabilities: readonly number[];
}

/** A header and one row for each prediction (RFC 4180); probabilities read back to the same float32. */
export function predictionsCsv(predictions: readonly Prediction[], classes: readonly string[]): string {
  const rows = predictions.map(({ utterance, fold, label, answered, probabilities }) =>
    csvRow([utterance, fold, classes[label]!, classes[answered]!, ...probabilities]),
  );
  return [csvRow(["utterance", "fold", "true", "predicted", ...classes]), ...rows].map((row) => `${row}\n`).join("");
}

import type { Decision } from "../evaluate/figures.js";
import { tableName } from "../host/file_names.js";
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

/** An utterance without an answer. */
export interface FailedUtterance {
  utterance: string;
  fold: string;
  /** The true class. */
  label: number;
  /** A sentence. */
  error: string;
}

/**
 * A header and one row for each prediction (RFC 4180), with the numbers more that all models have; probabilities read back to the same float32. If utterances
 * failed, they follow, and the last column is `error`: without them the columns are those that training/results/predictions.py reads.
 */
export function predictionsCsv(
  predictions: readonly Prediction[],
  classes: readonly string[],
  more: readonly MoreColumn[] = [],
  failures: readonly FailedUtterance[] = [],
): string {
  const last = (error: string): string[] => (failures.length === 0 ? [] : [error]);
  const rows = predictions.map((prediction) => {
    const { utterance, fold, label, answered, probabilities } = prediction;
    const numbers = [...more.map((name) => prediction[name]!), ...probabilities];
    return csvRow([tableName(utterance), fold, classes[label]!, classes[answered]!, ...numbers, ...last("")]);
  });
  const failed = failures.map(({ utterance, fold, label, error }) =>
    csvRow([tableName(utterance), fold, classes[label]!, "", ...[...more, ...classes].map(() => ""), error]),
  );
  return [csvRow(["utterance", "fold", "true", "predicted", ...more, ...classes, ...last("error")]), ...rows, ...failed]
    .map((row) => `${row}\n`)
    .join("");
}

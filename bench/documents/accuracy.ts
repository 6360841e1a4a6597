/** How good the models are: from weights/results, which training writes. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./sources.js";

const CORPUS = "EMO-DB";
const WEIGHTS = path.join(root, "weights");

export type Protocol = "loso" | "random";

/** Of int8 modules, unadapted, on EMO-DB, as documents write it. */
export interface Accuracy {
  /** UA with its interval. */
  ua: string;
  wa: string;
  f1: string;
  /** Share of answers with the label of the float network; empty where its answers are not kept. */
  same: string;
  accepted: string;
  /** Of those that are accepted. */
  right: string;
}

interface Shares {
  ua: number;
  wa: number;
  f1: number;
}

/** What is read of KIND-scores.json (training/judging/corpora_answers.py). */
interface Scores {
  answers: { int8: Record<string, Shares & { interval: Record<keyof Shares, [number, number]> }> };
  acceptance: {
    "largest probability": { fits: { "held back, 92%": { corpora: Record<string, { "": { coverage: number; right: number | null } }> } } };
  };
}

const written = (share: number): string => (100 * share).toFixed(1);

/** A file of a cross-validation of `full` or `micro`. */
const kept = (weights: string, protocol: Protocol, size: string, ending: string): string =>
  path.join(weights, "results", `${protocol}-${size}-ce-corpora-free-running${ending}`);

/** Undefined where a model was not judged in this way. */
export function accuracyOf(protocol: Protocol, size: string, weights = WEIGHTS): Accuracy | undefined {
  const file = kept(weights, protocol, size, "-scores.json");
  if (!existsSync(file)) return undefined;
  return ofScores(JSON.parse(readFileSync(file, "utf8")) as Scores, sameLabels(protocol, size, weights));
}

function ofScores({ answers, acceptance }: Scores, same: string): Accuracy {
  const { interval, ...its } = answers.int8[CORPUS]!;
  const shares = (["ua", "wa", "f1"] as const).map((name) => [name, `${written(its[name])} (${interval[name].map(written).join(" to ")})`]);
  const sure = acceptance["largest probability"].fits["held back, 92%"].corpora[CORPUS]![""];
  return {
    ...(Object.fromEntries(shares) as Record<keyof Shares, string>),
    same,
    accepted: written(sure.coverage),
    right: sure.right === null ? "" : written(sure.right),
  };
}

function sameLabels(protocol: Protocol, size: string, weights: string): string {
  const [float32, int8] = ["float32", "int8"].map((precision) => kept(weights, protocol, size, `-${precision}.csv`)) as [string, string];
  if (!existsSync(float32) || !existsSync(int8)) return "";
  const reference = new Map(rowsOf(float32).map(({ utterance, predicted }) => [utterance, predicted]));
  const rows = rowsOf(int8);
  return written(rows.filter(({ utterance, predicted }) => reference.get(utterance) === predicted).length / rows.length);
}

/** UA in percent by condition, speakers left out. */
export function robustness(size: string, weights = WEIGHTS): Map<string, number> {
  return uaByCondition(rowsOf(path.join(weights, "results", `robustness-loso-${size}-ce-corpora-free-running.csv`)));
}

function uaByCondition(rows: readonly Record<string, string>[]): Map<string, number> {
  const counts = new Map<string, Map<string, { right: number; all: number }>>();
  for (const { condition = "", true: is = "", predicted } of rows) {
    const classes = counts.get(condition) ?? new Map<string, { right: number; all: number }>();
    const { right, all } = classes.get(is) ?? { right: 0, all: 0 };
    counts.set(condition, classes.set(is, { right: right + Number(is === predicted), all: all + 1 }));
  }
  const mean = (shares: readonly number[]): number => shares.reduce((total, share) => total + share, 0) / shares.length;
  return new Map(
    [...counts].map(([condition, classes]) => [condition, 100 * mean([...classes.values()].map(({ right, all }) => right / all))]),
  );
}

/** The rows of a CSV file of training, by column. EMO-DB's names need no quotes. */
function rowsOf(file: string): Record<string, string>[] {
  const [head = "", ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
  const columns = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, index) => [columns[index]!, cell])));
}

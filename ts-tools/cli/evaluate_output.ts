import type { Figure, Figures } from "../evaluate/figures.js";
import type { Protocol } from "../evaluate/folds.js";
import { table } from "../host/table.js";
import type { Build } from "../model/builds.js";
import type { LongMode } from "../runtime/windows.js";
import { visibleTexts } from "../text/visible_text.js";
import { count } from "./inspect_model.js";

/** What `--json` prints. */
export interface EvaluationReport extends Figures {
  /** Version of light-sernet that answered. */
  version: string;
  /** null for a single model. */
  protocol: Protocol | null;
  build: Build;
  long: LongMode;
  /** In the order of the folds; the fold is empty for a single model. `tested` counts utterances. */
  models: { fold: string; id: string; sha256: string; tested: number }[];
  leftOut: LeftOut;
}

/** WAV files of the dataset that the figures leave out. */
export interface LeftOut {
  /** Their class is not known. */
  unlabeled: number;
  /** No fold tests them. */
  untested: number;
  /** They could not be read. */
  failed: number;
}

const LEFT_OUT_WORDS: Readonly<Record<keyof LeftOut, string>> = {
  unlabeled: "without a label",
  untested: "in no fold's test list",
  failed: "that could not be read",
};

const PROTOCOL_WORDS: Readonly<Record<Protocol, string>> = {
  loso: "every model is tested on speakers that it was trained without",
  random: "every model is tested on utterances that it was trained without, but it knows the speakers",
};

/** An evaluation for a person. */
export function evaluationText(evaluation: EvaluationReport): string {
  const report = visibleTexts(evaluation);
  const { utterances, leftOut, wa, ua, f1 } = report;
  const reasons = leftOutWords(leftOut);
  return [
    headline(report),
    `Utterances: ${count(utterances)}${reasons && `; left out: ${reasons}`}`,
    "",
    table(["", "figure", "95 % interval"], [figureRow("WA", wa), figureRow("UA", ua), figureRow("macro F1", f1)]),
    acceptedLine(report),
    "",
    "Rows: true class; columns: answered",
    confusionTable(report),
  ].join("\n");
}

function acceptedLine({ utterances, accepted }: EvaluationReport): string {
  const right = accepted.wa === null ? "" : `, ${percent(accepted.wa)} of them correct`;
  return `Accepted: ${count(accepted.utterances)} (${percent(accepted.utterances / utterances)})${right}`;
}

/** "2 without a label, 1 that could not be read"; empty when nothing was left out. */
export function leftOutWords(leftOut: LeftOut): string {
  const reasons = Object.keys(LEFT_OUT_WORDS) as (keyof LeftOut)[];
  return reasons
    .filter((reason) => leftOut[reason] > 0)
    .map((reason) => `${count(leftOut[reason])} ${LEFT_OUT_WORDS[reason]}`)
    .join(", ");
}

function headline({ protocol, models }: EvaluationReport): string {
  if (protocol !== null) return `${models.length} folds (${protocol}): ${PROTOCOL_WORDS[protocol]}`;
  return `${models[0]!.id}, one model; on recordings that it was trained on, these figures do not measure accuracy`;
}

function figureRow(name: string, { value, low, high }: Figure): string[] {
  return [name, percent(value), `${percent(low)} to ${percent(high)}`];
}

function confusionTable({ classes, recall, confusion }: EvaluationReport): string {
  const rows = classes.map((name, row) => {
    const counts = confusion[row]!;
    const share = recall[name] ?? null;
    return [name, counts.reduce((sum, value) => sum + value, 0), share === null ? "-" : percent(share), ...counts];
  });
  return table(["true", "utterances", "recall", ...classes], rows);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

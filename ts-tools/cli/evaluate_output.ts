import type { Figure, Figures } from "../evaluate/figures.js";
import type { Protocol } from "../evaluate/folds.js";
import { table } from "../host/table.js";
import type { Build } from "../model/builds.js";
import type { WindowMode } from "../runtime/windows.js";
import { visibleTexts } from "../text/visible_text.js";
import { count } from "./inspect_model.js";

/** What `--json` prints. */
export interface EvaluationReport extends Figures {
  /** Version of light-sernet that answered. */
  version: string;
  /** null for a single model. */
  protocol: Protocol | null;
  build: Build;
  long: WindowMode;
  /** If they were used, in place of `long`. */
  crops?: number;
  /** In the order of the folds; the fold is empty for a single model. `tested` counts utterances. */
  models: { fold: string; id: string; sha256: string; tested: number }[];
  leftOut: LeftOut;
  /** What could not be read, if something could not. */
  failures?: Failure[];
  /** Figures of the same utterances, each answered after other recordings of its speaker. */
  adapted?: AdaptedFigures;
}

export interface Failure {
  file: string;
  /** Its name, if it has a label. */
  utterance?: string;
  error: string;
}

export interface AdaptedFigures extends Figures {
  /** At most that many other recordings, drawn by the seed. */
  others: number;
  seed: number;
  /** Different speakers of the utterances. */
  speakers: number;
  /** The smallest number of other recordings that there were for an utterance. */
  fewest: number;
}

/** Recordings of the dataset that the figures leave out. */
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
  const { utterances, leftOut, adapted } = report;
  const reasons = leftOutWords(leftOut);
  return [
    headline(report),
    `Utterances: ${count(utterances)}${reasons && `; left out: ${reasons}`}`,
    ...(adapted ? [adaptedLine(adapted)] : []),
    "",
    figuresTable(report, adapted),
    acceptedLine("Accepted", report),
    ...(adapted ? [acceptedLine("Accepted, adapted", adapted)] : []),
    "",
    "Rows: true class; columns: answered",
    confusionTable(report),
    ...(adapted ? ["", "The same, adapted", confusionTable(adapted)] : []),
  ].join("\n");
}

function figuresTable(report: Figures, adapted: Figures | undefined): string {
  const head = ["", "figure", "95 % interval", ...(adapted ? ["adapted", "95 % interval"] : [])];
  const row = (name: string, score: "wa" | "ua" | "f1"): string[] => [
    name,
    ...figureCells(report[score]),
    ...(adapted ? figureCells(adapted[score]) : []),
  ];
  return table(head, [row("WA", "wa"), row("UA", "ua"), row("macro F1", "f1")]);
}

/** How the adapted answers came about. */
function adaptedLine({ others, seed, speakers, fewest }: AdaptedFigures): string {
  const heard = fewest < others ? `${fewest} to ${others}` : String(others);
  return `Adapted: after ${heard} other recordings of the same speaker, without their labels (${count(speakers)} speakers, seed ${seed})`;
}

function acceptedLine(name: string, { utterances, accepted }: Figures): string {
  const right = accepted.wa === null ? "" : `, ${percent(accepted.wa)} of them correct`;
  return `${name}: ${count(accepted.utterances)} (${percent(accepted.utterances / utterances)})${right}`;
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

function figureCells({ value, low, high }: Figure): string[] {
  return [percent(value), `${percent(low)} to ${percent(high)}`];
}

function confusionTable({ classes, recall, confusion }: Figures): string {
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

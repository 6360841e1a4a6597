import { tableName } from "../host/file_names.js";
import { printData, printJson, printPainted, sentenceWithoutName } from "../host/terminal.js";
import { DIMENSIONS } from "../model/dimensions.js";
import { recognitionJson, segmentJson } from "../runtime/json.js";
import type { Recognition, Segment } from "../runtime/result.js";
import { visible } from "../text/visible_text.js";
import { csvRow } from "./csv.js";
import type { FileClassifier } from "./file_classifier.js";

export type OutputFormat = "text" | "json" | "csv";

const BARS = [..."▁▂▃▄▅▆▇█"];

/** Turns results into lines. */
export interface LineWriter {
  /** Printed before the first result. */
  header: string | undefined;
  line(file: string, recognition: Recognition): string;
  /** Of one window, printed before the line of its file. */
  windowLine(file: string, segment: Segment): string;
  /** In place of a result; undefined where standard error alone says it. */
  errorLine(file: string, error: unknown): string | undefined;
  /** How its lines are printed. */
  print(line: string): void;
}

/** What the results of a model have. */
type Columns = Pick<FileClassifier, "classes" | "dimensions" | "countsSpeech" | "hasVoice" | "isStream">;

/** `windows`: there will be lines of windows. */
export function lineWriter(format: OutputFormat, columns: Columns, color: boolean, windows = false): LineWriter {
  if (format === "json") return JSON_LINES;
  if (format === "csv") return csvWriter(columns, windows);
  return {
    header: undefined,
    line: (file, recognition) => textLine(file, recognition, color),
    windowLine: (file, segment) => windowText(file, segment, color),
    errorLine: () => undefined,
    print: printPainted,
  };
}

const JSON_LINES: LineWriter = {
  header: undefined,
  line: recognitionJson,
  windowLine: segmentJson,
  errorLine: (file, error) => JSON.stringify({ file, error: sentenceWithoutName(file, error) }),
  print: printJson,
};

/** The row of a file has no times; that of a window has. */
function csvWriter({ classes, dimensions, countsSpeech, hasVoice, isStream }: Columns, windows: boolean): LineWriter {
  const more = [...(countsSpeech ? (["speechFrames"] as const) : []), ...(hasVoice ? (["voice"] as const) : []), ...dimensions];
  const times = windows ? ["startMs", "endMs"] : [];
  const states = isStream ? ["state"] : [];
  const header = ["file", ...times, ...states, "label", "confidence", "accepted", ...more, ...classes, "error"];
  const cells = ({ state, label, confidence, accepted, probabilities, ...numbers }: Recognition | Segment): (string | number)[] => [
    ...states.map(() => state!),
    ...[label, confidence, String(accepted)],
    // A stream's answer has no numbers while nobody speaks.
    ...more.map((name) => numbers[name] ?? ""),
    ...classes.map((name) => probabilities[name]!),
    "",
  ];
  const noTimes = times.map(() => "");
  return {
    header: csvRow(header),
    line: (file, recognition) => csvRow([tableName(file), ...noTimes, ...cells(recognition)]),
    windowLine: (file, segment) => csvRow([tableName(file), String(segment.startMs), String(segment.endMs), ...cells(segment)]),
    errorLine: (file, error) => csvRow([tableName(file), ...header.slice(2).map(() => ""), sentenceWithoutName(file, error)]),
    print: printData,
  };
}

/** One line for a person: the label and its probability (in brackets after "uncertain" if it is not accepted), and a bar for each class. */
export function textLine(file: string, recognition: Recognition, color: boolean): string {
  const { label, probabilities, segments } = recognition;
  const bars = Object.entries(probabilities).map(([name, value]) =>
    painted(color, name === label ? "32" : "2", `${visible(name)} ${bar(value)}`),
  );
  const what = recognition.state === undefined ? "windows" : "answers";
  const windows = segments.length > 1 ? ` (${segments.length} ${what})` : "";
  const numbers = (["voice", ...DIMENSIONS] as const).flatMap((name) =>
    recognition[name] === undefined ? [] : [`${name} ${recognition[name].toFixed(2)}`],
  );
  return `${visible(file)}: ${answerText(recognition, color)}${windows}  ${[...numbers, ...bars].join("  ")}`;
}

/** One line for a person: the times of a window in seconds, its label and the probability. */
function windowText(file: string, segment: Segment, color: boolean): string {
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  return `${visible(file)}, ${seconds(segment.startMs)} to ${seconds(segment.endMs)} s: ${answerText(segment, color)}`;
}

function answerText({ state, label, confidence, accepted, speechFrames }: Recognition | Segment, color: boolean): string {
  if (state === "listening") return painted(color, "2", "nobody speaks");
  const percent = `${(confidence * 100).toFixed(1)} %`;
  if (accepted) return `${painted(color, "1;32", visible(label))} ${percent}`;
  const speech = speechFrames === undefined ? "" : `, ${speechFrames} frames with speech`;
  return `${painted(color, "1;33", "uncertain")} (${visible(label)} ${percent}${speech})`;
}

const painted = (color: boolean, code: string, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);

/** A block of the height of a probability. */
function bar(probability: number): string {
  return BARS[Math.max(0, Math.min(BARS.length - 1, Math.round(probability * (BARS.length - 1))))]!;
}

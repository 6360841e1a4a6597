import { printData, printJson, printPainted } from "../host/terminal.js";
import { DIMENSIONS } from "../model/dimensions.js";
import { recognitionJson } from "../runtime/json.js";
import type { Recognition } from "../runtime/result.js";
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
  /** How its lines are printed. */
  print(line: string): void;
}

/** What the results of a model have. */
type Columns = Pick<FileClassifier, "classes" | "dimensions" | "countsSpeech" | "hasVoice">;

export function lineWriter(format: OutputFormat, { classes, dimensions, countsSpeech, hasVoice }: Columns, color: boolean): LineWriter {
  if (format === "json") return { header: undefined, line: recognitionJson, print: printJson };
  if (format === "csv") {
    const more = [...(countsSpeech ? (["speechFrames"] as const) : []), ...(hasVoice ? (["voice"] as const) : []), ...dimensions];
    return {
      header: csvRow(["file", "label", "confidence", "accepted", ...more, ...classes]),
      line: (file, recognition) => {
        const { label, confidence, accepted, probabilities } = recognition;
        const values = [...more.map((name) => recognition[name]!), ...classes.map((name) => probabilities[name]!)];
        return csvRow([file, label, confidence, String(accepted), ...values]);
      },
      print: printData,
    };
  }
  return { header: undefined, line: (file, recognition) => textLine(file, recognition, color), print: printPainted };
}

/** One line for a person: the label and its probability (in brackets after "uncertain" if it is not accepted), and a bar for each class. */
export function textLine(file: string, recognition: Recognition, color: boolean): string {
  const { label, confidence, accepted, probabilities, segments } = recognition;
  const paint = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const bars = Object.entries(probabilities).map(([name, value]) => paint(name === label ? "32" : "2", `${visible(name)} ${bar(value)}`));
  const speech = recognition.speechFrames === undefined ? "" : `, ${recognition.speechFrames} frames with speech`;
  const windows = segments.length > 1 ? ` (${segments.length} windows)` : "";
  const percent = `${(confidence * 100).toFixed(1)} %`;
  const answer = accepted
    ? `${paint("1;32", visible(label))} ${percent}`
    : `${paint("1;33", "uncertain")} (${visible(label)} ${percent}${speech})`;
  const numbers = (["voice", ...DIMENSIONS] as const).flatMap((name) =>
    recognition[name] === undefined ? [] : [`${name} ${recognition[name].toFixed(2)}`],
  );
  return `${visible(file)}: ${answer}${windows}  ${[...numbers, ...bars].join("  ")}`;
}

/** A block of the height of a probability. */
function bar(probability: number): string {
  return BARS[Math.max(0, Math.min(BARS.length - 1, Math.round(probability * (BARS.length - 1))))]!;
}

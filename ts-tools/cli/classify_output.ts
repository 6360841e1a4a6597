import { shortestFloat32 } from "../runtime/float32.js";
import { recognitionJson } from "../runtime/json.js";
import type { Recognition } from "../runtime/result.js";
import { printable } from "./terminal.js";

export type OutputFormat = "text" | "json" | "csv";

const BARS = [..."▁▂▃▄▅▆▇█"];

/** Turns results into lines. */
export interface LineWriter {
  /** Comes before the first result. */
  header: string | undefined;
  line(file: string, recognition: Recognition): string;
}

export function lineWriter(format: OutputFormat, classes: readonly string[], colour: boolean): LineWriter {
  if (format === "json") return { header: undefined, line: recognitionJson };
  if (format === "csv") {
    return {
      header: csvRow(["file", "label", "confidence", "accepted", ...classes]),
      line: (file, { label, confidence, accepted, probabilities }) =>
        csvRow([
          file,
          label,
          shortestFloat32(confidence),
          String(accepted),
          ...classes.map((name) => shortestFloat32(probabilities[name]!)),
        ]),
    };
  }
  return { header: undefined, line: (file, recognition) => textLine(file, recognition, colour) };
}

/** A row of RFC 4180, without its line end. */
export function csvRow(fields: readonly string[]): string {
  return fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

/** One line for a person: the label and how sure it is, in brackets behind "uncertain" when it is not accepted, and a bar for each class. */
export function textLine(file: string, recognition: Recognition, colour: boolean): string {
  const { label, confidence, accepted, probabilities, segments } = recognition;
  const paint = (code: string, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const bars = Object.entries(probabilities).map(([name, value]) => paint(name === label ? "32" : "2", `${name} ${bar(value)}`));
  const windows = segments.length > 1 ? ` (${segments.length} windows)` : "";
  const percent = `${(confidence * 100).toFixed(1)} %`;
  const answer = accepted ? `${paint("1;32", label)} ${percent}` : `${paint("1;33", "uncertain")} (${label} ${percent})`;
  return `${printable(file)}: ${answer}${windows}  ${bars.join("  ")}`;
}

/** A block of the height of a probability. */
function bar(probability: number): string {
  return BARS[Math.max(0, Math.min(BARS.length - 1, Math.round(probability * (BARS.length - 1))))]!;
}

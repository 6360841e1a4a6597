/** A session as a file to keep. */
import { csvRow } from "../../ts-tools/cli/csv.js";
import { answerTimes } from "../../ts-tools/runtime/answer_times.js";
import { shortenFloat32 } from "../../ts-tools/runtime/float32.js";
import { FRAME_MS } from "./columns.js";
import type { LiveAnswer } from "./protocol.js";
import type { Session } from "./session.js";

/** A frame is 1,024 samples at 16 kHz, and the next begins a quarter later. */
const FRAME_TIMES = { hopMs: FRAME_MS, frameMs: 4 * FRAME_MS };

/** JSON: for a file the object of `light-sernet classify --json`; `stream` has the answers over time, of the microphone nothing else. */
export function sessionJson({ name, started, model, answers, speech, result }: Session): string {
  const whole = result === undefined ? { source: name, started, model: { id: model.id, sha256: model.sha256 } } : JSON.parse(result.json);
  return `${JSON.stringify({ ...whole, build: model.build, stream: { answers: answers.map(shortened), speech } }, null, 1)}\n`;
}

/** CSV, RFC 4180: a row for the whole file, for each of its windows and for each answer of the stream. */
export function sessionCsv({ model, answers, result }: Session): string {
  const { classes } = model;
  const head = ["kind", "startMs", "endMs", "state", "label", "confidence", "accepted", "activation", "valence", ...classes];
  const rows = answers.map((answer, index) => {
    const { startMs, endMs } = answerTimes(answer, answers[index - 1]?.timeMs ?? 0, FRAME_TIMES, result?.durationMs ?? Infinity);
    return row("stream", startMs, endMs, answer.state, answer, classes);
  });
  return [head, ...(result === undefined ? [] : fileRows(result.json, classes)), ...rows].map((cells) => `${csvRow(cells)}\r\n`).join("");
}

/** Offers a text as a file. */
export function saveText(text: string, fileName: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

type Answer = Pick<LiveAnswer, "label" | "confidence" | "accepted" | "probabilities" | "activation" | "valence">;

function fileRows(json: string, classes: readonly string[]): (string | number)[][] {
  type Timed = Answer & { startMs: number; endMs: number };
  const file = JSON.parse(json) as Answer & { segments: Timed[]; input: { durationMs: number } };
  const stateOf = ({ accepted }: Answer): string => (accepted ? "label" : "uncertain");
  return [
    row("file", 0, file.input.durationMs, stateOf(file), file, classes),
    ...file.segments.map((segment) => row("window", segment.startMs, segment.endMs, stateOf(segment), segment, classes)),
  ];
}

function row(kind: string, startMs: number, endMs: number, state: string, answer: Answer, classes: readonly string[]): (string | number)[] {
  const { label, confidence, accepted, probabilities, activation, valence } = answer;
  const numbers = [activation ?? "", valence ?? "", ...classes.map((name) => probabilities[name] ?? "")];
  return [kind, String(startMs), String(endMs), state, label ?? "", confidence, String(accepted), ...numbers];
}

/** Floats that read back to the same float32. */
function shortened(answer: LiveAnswer): object {
  const float = (value: number): number => shortenFloat32(value);
  const { confidence, probabilities, speechShare, activation, valence, voice } = answer;
  return {
    ...answer,
    confidence: float(confidence),
    probabilities: Object.fromEntries(Object.entries(probabilities).map(([name, value]) => [name, float(value)])),
    speechShare: float(speechShare),
    ...(activation !== undefined && { activation: float(activation) }),
    ...(valence !== undefined && { valence: float(valence) }),
    ...(voice !== undefined && { voice: float(voice) }),
  };
}

/** The JSON that the command prints, and what must always be true of it. */
import assert from "node:assert/strict";
import { WARNING } from "../../ts-tools/abi/status.js";
import { shortenFloat32 } from "../../ts-tools/runtime/float32.js";
import type { InputFigures } from "../../ts-tools/runtime/result.js";
import type { Outcome } from "./command.js";

/** What only some models say; the one that ships says all of it. */
const MORE = ["speechFrames", "voice", "activation", "valence"] as const;

export interface Answer extends Record<(typeof MORE)[number], number> {
  label: string;
  confidence: number;
  accepted: boolean;
  probabilities: Record<string, number>;
  logits?: Record<string, number>;
}

export interface Report extends Answer {
  file: string;
  segments: (Answer & { startMs: number; endMs: number; logits: Record<string, number> })[];
  warnings: string[];
  input: InputFigures;
  model: { id: string; sha256: string };
  timing: { decodeMs: number; frontendMs: number; networkMs: number };
  /** The speaker's statistics after this sound, in hexadecimal digits. */
  adaptation: string;
}

/** Parses the output of a run that must have gone well, and checks its shape. */
export function reportOf({ code, output, errors }: Outcome): Report {
  assert.equal(code, 0, errors);
  assert.match(output, /^\{[^\n]*\}\n$/, "one object on one line");
  const report = JSON.parse(output) as Report;
  assert.equal(errors, report.warnings.map((sentence) => `light-sernet: warning: ${sentence}\n`).join(""));
  assert.deepEqual(
    report.warnings,
    report.input.warnings.map((code) => WARNING[code].sentence),
  );
  const single = report.segments.length === 1;
  const keys = [
    "file",
    "label",
    "confidence",
    "accepted",
    ...MORE,
    "probabilities",
    ...(single ? ["logits"] : []),
    "segments",
    "warnings",
    "input",
    "model",
    "timing",
    "adaptation",
  ];
  assert.deepEqual(Object.keys(report), keys);
  assert.equal(report.file, "-");
  checkAnswer(report);
  for (const segment of report.segments) {
    assert.deepEqual(Object.keys(segment), ["startMs", "endMs", "label", "confidence", "accepted", ...MORE, "probabilities", "logits"]);
    checkAnswer(segment);
    const logits = Object.values(segment.logits);
    assert.ok(logits.every(Number.isInteger));
    assert.equal(Object.keys(segment.logits)[logits.indexOf(Math.max(...logits))], segment.label, "the largest logit is the label");
  }
  assert.deepEqual(means(report), Object.values(report.probabilities), "the mean of the windows, in float32");
  assert.equal(report.voice, Math.max(...report.segments.map(({ voice }) => voice)), "the largest of the windows");
  assert.equal(report.speechFrames, Math.max(...report.segments.map(({ speechFrames }) => speechFrames)), "the most of any window");
  assert.match(report.model.sha256, /^[0-9a-f]{64}$/);
  for (const name of ["decodeMs", "frontendMs", "networkMs"] as const) assert.ok(report.timing[name] >= 0, name);
  return report;
}

/** A report without what differs from run to run. */
export function lasting({ timing: _, ...rest }: Report): Omit<Report, "timing"> {
  return rest;
}

function checkAnswer({ label, confidence, probabilities, accepted, voice, activation, valence }: Answer): void {
  for (const part of [voice, activation, valence])
    assert.ok(part >= 0 && part <= 1 && part === shortenFloat32(Math.fround(part)), `${part}`);
  assert.ok(voice >= 0.5 || !accepted, "nothing is accepted without a voice");
  const values = Object.values(probabilities);
  assert.equal(confidence, probabilities[label]);
  assert.equal(confidence, Math.max(...values));
  const total = values.reduce((sum, value) => sum + value, 0);
  assert.ok(Math.abs(total - 1) < 1e-5, `the probabilities add up to ${total}`);
  for (const value of values) assert.equal(value, shortenFloat32(Math.fround(value)), "printed as the shortest decimal of its float32");
}

function means({ segments, probabilities }: Report): number[] {
  return Object.keys(probabilities).map((name) => {
    let sum = 0;
    for (const segment of segments) sum = Math.fround(sum + Math.fround(segment.probabilities[name]!));
    return shortenFloat32(Math.fround(sum / segments.length));
  });
}

import { badArgument } from "./errors.js";
import { shortenFloat32 } from "./float32.js";
import type { InputFigures, Recognition, Segment } from "./result.js";

/** One line of JSON for a recording, keys in the documented order; floats read back to the same float32. */
export function recognitionJson(file: string, recognition: Recognition): string {
  if (typeof file !== "string") throw badArgument("the file's name", "a text", file);
  if (!isRecognition(recognition)) throw badArgument("the recognition", "the result of classify() or finish()", recognition);
  const { segments, warnings, input, model, timing } = recognition;
  return JSON.stringify({
    file,
    ...answerFields(recognition),
    segments: segments.map(segmentFields),
    warnings: [...warnings],
    input: inputJson(input),
    model: { id: model.id, sha256: model.sha256 },
    timing: {
      decodeMs: thousandths(timing.decodeMs),
      frontendMs: thousandths(timing.frontendMs),
      networkMs: thousandths(timing.networkMs),
    },
  });
}

function inputJson({ durationMs, sampleRate, channels, peak, rmsDb, clippedShare, warnings }: InputFigures): object {
  return { durationMs, sampleRate, channels, peak, rmsDb, clippedShare, warnings: [...warnings] };
}

/** One line of JSON for a window of a recording: the object that the recording's `segments` have. */
export function segmentJson(file: string, segment: Segment): string {
  return JSON.stringify({ file, segment: segmentFields(segment) });
}

function segmentFields(segment: Segment): object {
  return answerFields(segment, segment.startMs, segment.endMs);
}

/** What a recording and each of its windows have, in the documented order. JSON has no undefined: what is not there is left out. */
function answerFields(answer: Recognition | Segment, startMs?: number, endMs?: number): object {
  const { state, label, confidence, accepted, speechFrames, voice, activation, valence, probabilities, logits } = answer;
  return {
    startMs,
    endMs,
    state,
    label,
    confidence: shortenFloat32(confidence),
    accepted,
    speechFrames,
    voice: voice && shortenFloat32(voice),
    activation: activation && shortenFloat32(activation),
    valence: valence && shortenFloat32(valence),
    probabilities: shorten(probabilities),
    logits: logits && plain(logits),
  };
}

/** For values that no compiler has checked. */
export function isRecognition(value: unknown): value is Recognition {
  if (!isObject(value) || !isAnswer(value) || !Array.isArray(value.segments)) return false;
  const { segments, warnings, input, model, timing, logits } = value;
  const wellTimed = (segment: unknown): boolean => isObject(segment) && isAnswer(segment) && areNumbers([segment.startMs, segment.endMs]);
  if (!segments.every((segment) => wellTimed(segment) && areNumbersByName((segment as Segment).logits))) return false;
  if (logits !== undefined && !areNumbersByName(logits)) return false;
  if (!areTexts(warnings) || !isInput(input)) return false;
  if (!isObject(model) || typeof model.id !== "string" || typeof model.sha256 !== "string") return false;
  return isObject(timing) && areNumbers([timing.decodeMs, timing.frontendMs, timing.networkMs]);
}

function isAnswer(answer: Record<string, unknown>): boolean {
  const { state, label, confidence, accepted, speechFrames, voice, activation, valence, probabilities } = answer;
  if (state !== undefined && typeof state !== "string") return false;
  if (![speechFrames, voice, activation, valence].every((value) => value === undefined || typeof value === "number")) return false;
  return typeof label === "string" && typeof confidence === "number" && typeof accepted === "boolean" && areNumbersByName(probabilities);
}

function isInput(input: unknown): boolean {
  if (!isObject(input) || !areTexts(input.warnings)) return false;
  const { durationMs, sampleRate, channels, peak, rmsDb, clippedShare } = input;
  return areNumbers([durationMs, sampleRate, channels, peak, rmsDb, clippedShare]);
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function areNumbers(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === "number");
}

function areNumbersByName(value: unknown): boolean {
  return isObject(value) && areNumbers(Object.values(value));
}

function shorten(probabilities: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(probabilities).map(([name, value]) => [name, shortenFloat32(value)]));
}

/** A plain copy of the numbers: a toJSON() of the object must not be called. */
function plain(logits: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(logits));
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}

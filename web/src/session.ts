/** Everything that is known of one sound: a file, or the microphone from its start to its end. */
import { Columns, FRAME_MS } from "./columns.js";
import type { FileResult, LiveAnswer, LoadedModel, SpeechEvent } from "./protocol.js";

/** Seconds of the microphone that are drawn. */
export const LIVE_SECONDS = 20;

export interface Session {
  kind: "file" | "microphone";
  name: string;
  model: LoadedModel;
  /** When it began, ISO 8601. */
  started: string;
  columns: Columns;
  answers: LiveAnswer[];
  speech: SpeechEvent[];
  /** Of a file; of the microphone it grows. */
  durationMs: number;
  /** Of a file, once it is complete. */
  result?: FileResult;
  /** Still being recorded or worked on. */
  running: boolean;
}

export function microphoneSession(model: LoadedModel): Session {
  const columns = new Columns(Math.ceil((LIVE_SECONDS * 1000) / FRAME_MS), FRAME_MS);
  return { ...fresh(model), kind: "microphone", name: "microphone", columns, durationMs: 0 };
}

export function fileSession(model: LoadedModel, name: string): Session {
  return { ...fresh(model), kind: "file", name, columns: new Columns(1, FRAME_MS), durationMs: 0 };
}

function fresh(model: LoadedModel): Pick<Session, "model" | "started" | "answers" | "speech" | "running"> {
  return { model, started: new Date().toISOString(), answers: [], speech: [], running: true };
}

/** What the page and its worker say to each other. */
import type { ModuleBuild } from "../../ts-tools/model/builds.js";
import type { LiveAnswer } from "../../ts-tools/runtime/live_answer.js";
import type { ColumnBatch } from "./columns.js";

export type { Build, ModuleBuild } from "../../ts-tools/model/builds.js";
export type { LiveAnswer } from "../../ts-tools/runtime/live_answer.js";

export type ModelName = "full" | "micro";

/** A model that has been loaded. */
export interface LoadedModel {
  name: ModelName;
  build: ModuleBuild;
  id: string;
  sha256: string;
  classes: readonly string[];
  /** Of the module's file. */
  address: string;
  bytes: number;
  /** Milliseconds to fetch and to compile it. */
  loadMs: number;
  /** For the microphone, so that it is not fetched twice. */
  module: WebAssembly.Module;
  /** The builds that this engine runs. */
  builds: readonly ModuleBuild[];
}

/** Somebody begins or ends to speak. */
export interface SpeechEvent {
  timeMs: number;
  speaking: boolean;
}

/** The answer to a whole file. */
export interface FileResult {
  label: string;
  confidence: number;
  accepted: boolean;
  probabilities: Record<string, number>;
  activation?: number;
  valence?: number;
  warnings: string[];
  windows: number;
  durationMs: number;
  sampleRate: number;
  channels: number;
  /** Milliseconds that the windows took, and the stream. */
  windowsMs: number;
  streamMs: number;
  /** What `light-sernet classify --json` prints. */
  json: string;
}

/** `job` counts what the page wants; an older job is given up. */
export type Request =
  | { type: "giveUp"; job: number }
  | { type: "load"; job: number; model: ModelName; build: "auto" | ModuleBuild }
  | { type: "file"; job: number; name: string; bytes: ArrayBuffer }
  | { type: "samples"; job: number; name: string; samples: Float32Array<ArrayBuffer>; sampleRate: number; channels: number };

export type Reply =
  | { type: "loaded"; job: number; model: LoadedModel }
  /** Only a page can decode this file. */
  | { type: "decode"; job: number; format: string }
  /** Before the first progress. */
  | { type: "begin"; job: number; columns: number; msPerColumn: number; durationMs: number }
  | { type: "progress"; job: number; columns: ColumnBatch; answers: LiveAnswer[]; speech: SpeechEvent[] }
  | { type: "result"; job: number; result: FileResult }
  | { type: "failed"; job: number; sentence: string };

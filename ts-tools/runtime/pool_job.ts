/** What a pool and its threads say to each other. */
import type { ClassifyOptions, RecognizerOptions, RecordingChoices } from "./recording_options.js";
import type { Recognition } from "./result.js";
import type { Samples } from "./samples.js";

/** What a thread begins with. */
export interface PoolWorkerData {
  module: WebAssembly.Module;
  options: RecognizerOptions;
}

export type PoolJob = { samples: Samples; options: ClassifyOptions } | { file: Uint8Array<ArrayBuffer>; options: RecordingChoices };

export type PoolAnswer = { result: Recognition } | { status: string | undefined; message: string };

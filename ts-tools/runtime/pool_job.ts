/** What a pool says to its threads. */
import type { ClassifyOptions, RecognizerOptions, RecordingChoices } from "./recording_options.js";
import type { Samples } from "./samples.js";

/** What a thread begins with. */
export interface PoolWorkerData {
  module: WebAssembly.Module;
  options: RecognizerOptions;
}

export type PoolJob = { samples: Samples; options: ClassifyOptions } | { file: Uint8Array<ArrayBuffer>; options: RecordingChoices };

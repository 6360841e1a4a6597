/** A thread that classifies files by their names, for classify_threads.ts. */
import { workerData } from "node:worker_threads";
import { errorSentence } from "../host/terminal.js";
import type { Recognition } from "../runtime/result.js";
import { answerJobs } from "../runtime/worker_jobs.js";
import { classifierOf, type SoundFlags } from "./classify_node.js";

export interface ThreadData {
  module: WebAssembly.Module;
  options: SoundFlags;
}

const { module, options } = workerData as ThreadData;
const created = classifierOf({ module }, options);

answerJobs(async (file: string): Promise<Recognition> => (await created).classify(file), errorSentence);

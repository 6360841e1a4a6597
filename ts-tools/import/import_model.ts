/** Imports a trained Light-SERNet in a thread of its own, which is stopped when reading the file takes too much time or memory. */

import { Worker } from "node:worker_threads";
import type { FloatModel } from "../model/float_model.js";
import { ModelError } from "../model/model_error.js";
import { fileError } from "./layer_graph.js";
import { MOST_HEAP_MIB, MOST_MEMORY_BYTES, MOST_MILLISECONDS, MOST_WAITING_MILLISECONDS } from "./limits.js";

/** What the worker is told: the file or folder, and the number of frames of a model that takes any. */
export interface ImportTask {
  source: string;
  openFrames: number | undefined;
}

/** Messages of the worker. */
export type ImportMessage = "begun" | { model: FloatModel } | { refusal: string; cause: string | undefined };

/** How often the size and the processor time of the process are checked. */
const WATCH_MILLISECONDS = 10;

/**
 * Reads the model at `source`: a TensorFlow.js model.json or the folder that holds it, a Keras .h5 or .keras file, a float
 * TensorFlow Lite file, or an ONNX file. The content decides which it is, not the name. Every fault is thrown as a ModelError of one sentence, and
 * reading takes no more than limits.ts allows; the process may grow by `memoryBytes`. `openFrames` is the number of frames of a model that takes any.
 */
export async function importModel(source: string, openFrames?: number, memoryBytes = MOST_MEMORY_BYTES): Promise<FloatModel> {
  const task: ImportTask = { source, openFrames };
  const worker = new Worker(new URL("./import_worker.js", import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB },
    // A library may print about a damaged file; that is not the program's answer.
    stdout: true,
    stderr: true,
  });
  try {
    return await answerOf(worker, source, memoryBytes);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, source: string, memoryBytes: number): Promise<FloatModel> {
  return new Promise((resolve, reject) => {
    const refuse = (sentence: string, cause?: unknown): void => reject(fileError(source, sentence, cause));
    const large = (mebibytes: number, what: string, cause?: unknown): void =>
      refuse(`reading it takes more than ${mebibytes} MiB ${what}, expected a few: the file is damaged`, cause);
    const memoryBefore = process.memoryUsage.rss();
    const start = performance.now();
    let begun: NodeJS.CpuUsage | undefined;
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() - memoryBefore > memoryBytes) large(memoryBytes / 2 ** 20, "of memory");
      else if (begun && processorMilliseconds(begun) > MOST_MILLISECONDS) {
        refuse(`reading it takes longer than ${MOST_MILLISECONDS / 1000} s, expected a fraction of that: the file is damaged`);
      } else if (performance.now() - start > MOST_WAITING_MILLISECONDS) {
        refuse(
          `reading it takes longer than ${MOST_WAITING_MILLISECONDS / 1000} s, expected a fraction of that: the disk or the machine is busy, try again`,
        );
      }
    }, WATCH_MILLISECONDS);
    worker.on("message", (message: ImportMessage) => {
      if (message === "begun") begun = process.cpuUsage();
      else if ("model" in message) resolve(message.model);
      else reject(new ModelError(message.refusal, { cause: message.cause }));
    });
    worker.on("error", (error) => {
      if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY") large(MOST_HEAP_MIB, "for its description", error);
      else reject(error);
    });
    worker.on("exit", () => {
      clearInterval(watch);
      refuse("the reader stopped early, expected a model: the file is damaged");
    });
  });
}

/** Processor time of all threads since then. */
function processorMilliseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

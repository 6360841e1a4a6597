/** Import of a trained Light-SERNet, in a thread of its own that is stopped when the file makes it take too much time or memory. */

import { Worker } from "node:worker_threads";
import { type FloatModel, ModelError } from "./float_model.js";
import { fileError } from "./layer_graph.js";
import { MOST_HEAP_MIB, MOST_MEMORY_BYTES, MOST_MILLISECONDS, MOST_OPENING_MILLISECONDS } from "./limits.js";

/** What the worker says. */
export type ImportMessage = "begun" | { model: FloatModel } | { refusal: string; cause: string | undefined };

/** The size of the process is looked at this often. */
const WATCH_MILLISECONDS = 10;

/**
 * Reads the model at `source`: a TensorFlow.js model.json or the folder that holds it, a Keras .h5 or .keras file, or a float
 * TensorFlow Lite file. The content decides which it is, not the name. Whatever is wrong is thrown as a ModelError of one sentence, and
 * reading takes no more than limits.ts allows.
 */
export async function importModel(source: string): Promise<FloatModel> {
  const worker = new Worker(new URL("./import_worker.js", import.meta.url), {
    workerData: source,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB },
    // What a library prints of a damaged file is not the program's answer.
    stdout: true,
    stderr: true,
  });
  try {
    return await answerOf(worker, source);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, source: string): Promise<FloatModel> {
  return new Promise((resolve, reject) => {
    const refuse = (sentence: string, cause?: unknown): void => reject(fileError(source, sentence, cause));
    const late = (): void => refuse(`reading it takes longer than ${MOST_MILLISECONDS / 1000} s, expected a fraction: it is damaged`);
    let timer = setTimeout(() => refuse("the file cannot be opened, expected one that opens at once"), MOST_OPENING_MILLISECONDS);
    const before = process.memoryUsage.rss();
    const large = (cause?: unknown): void => {
      const most = Math.round(MOST_MEMORY_BYTES / 2 ** 20);
      refuse(`reading it takes more than ${most} MiB of memory, expected a few: it is damaged`, cause);
    };
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() - before > MOST_MEMORY_BYTES) large();
    }, WATCH_MILLISECONDS);
    const done = (): void => {
      clearTimeout(timer);
      clearInterval(watch);
    };
    worker.on("message", (message: ImportMessage) => {
      if (message === "begun") {
        clearTimeout(timer);
        timer = setTimeout(late, MOST_MILLISECONDS);
      } else if ("model" in message) resolve(message.model);
      else reject(new ModelError(message.refusal, message.cause === undefined ? undefined : { cause: message.cause }));
    });
    worker.on("error", (error) => {
      if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY") large(error);
      else reject(error);
    });
    worker.on("exit", () => {
      done();
      refuse("the reader has stopped, expected a model: the file is damaged");
    });
  });
}

/** A thread of a pool. */
import { parentPort, workerData } from "node:worker_threads";
import { RecognizerError } from "./errors.js";
import type { PoolAnswer, PoolJob, PoolWorkerData } from "./pool_job.js";
import { Recognizer } from "./recognizer.js";

const { module, options } = workerData as PoolWorkerData;
const created = Recognizer.create(module, options);

async function answer(job: PoolJob): Promise<PoolAnswer> {
  try {
    const recognizer = await created;
    const result = "file" in job ? await recognizer.classifyFile(job.file, job.options) : recognizer.classify(job.samples, job.options);
    return { result };
  } catch (error) {
    return {
      status: error instanceof RecognizerError ? error.status : undefined,
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

parentPort!.on("message", async (job: PoolJob) => parentPort!.postMessage(await answer(job)));

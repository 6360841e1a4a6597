/** A thread of a pool. */
import { workerData } from "node:worker_threads";
import type { PoolJob, PoolWorkerData } from "./pool_job.js";
import { Recognizer } from "./recognizer.js";
import type { Recognition } from "./result.js";
import { answerJobs } from "./worker_jobs.js";

const { module, options } = workerData as PoolWorkerData;
const created = Recognizer.create(module, options);

answerJobs(async (job: PoolJob): Promise<Recognition> => {
  const recognizer = await created;
  return "file" in job ? recognizer.classifyFile(job.file, job.options) : recognizer.classify(job.samples, job.options);
});

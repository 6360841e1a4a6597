/** What a thread does that a WorkerHandle owns. */
import { parentPort } from "node:worker_threads";
import { RecognizerError } from "./errors.js";

export type JobAnswer<Result> = { result: Result } | { status: string | undefined; message: string };

/** Answers each job with its result, or with its error in words. */
export function answerJobs<Job, Result>(work: (job: Job) => Promise<Result>, sentenceOf = plainMessage): void {
  parentPort!.on("message", async (job: Job) => parentPort!.postMessage(await answered(job, work, sentenceOf)));
}

async function answered<Job, Result>(
  job: Job,
  work: (job: Job) => Promise<Result>,
  sentenceOf: (error: unknown) => string,
): Promise<JobAnswer<Result>> {
  try {
    return { result: await work(job) };
  } catch (error) {
    return { status: error instanceof RecognizerError ? error.status : undefined, message: sentenceOf(error) };
  }
}

function plainMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

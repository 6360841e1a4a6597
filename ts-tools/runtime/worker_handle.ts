import type { Worker } from "node:worker_threads";
import { visible } from "../text/visible_text.js";
import { reasonOf } from "./damaged_module.js";
import { RecognizerError, type RecognizerStatus } from "./errors.js";
import type { JobAnswer } from "./worker_jobs.js";

interface Settle<Result> {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** A thread that answers jobs (worker_jobs.ts) as its owner sees it: one job at a time. */
export class WorkerHandle<Job, Result> {
  readonly #worker: Worker;
  #settle: Settle<Result> | undefined;
  #isAlive = true;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#worker.on("message", (answer: JobAnswer<Result>) => this.#answered(answer));
    this.#worker.on("error", (error) => this.#failed(error));
    this.#worker.on("exit", (code) => this.#failed(new Error(`it ended with code ${code}`)));
    // Threads that are forgotten do not keep the program running; a job that is on its way does.
    this.#worker.unref();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isIdle(): boolean {
    return this.#settle === undefined;
  }

  /** `moved`: memory of the job that goes to the thread instead of being copied. */
  run(job: Job, moved: readonly ArrayBuffer[] = []): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#worker.ref();
      try {
        this.#worker.postMessage(job, moved);
      } catch (cause) {
        // The thread has not seen it.
        this.#take()?.reject(
          new RecognizerError("BAD_ARGUMENT", `this cannot be sent to a thread (${reasonOf(cause)}); pass a copy`, { cause }),
        );
      }
    });
  }

  async close(reason: RecognizerError): Promise<void> {
    this.#isAlive = false;
    this.#take()?.reject(reason);
    await this.#worker.terminate();
  }

  #answered(answer: JobAnswer<Result>): void {
    const settle = this.#take();
    if ("result" in answer) settle?.resolve(answer.result);
    else settle?.reject(new RecognizerError((answer.status ?? "UNKNOWN") as RecognizerStatus, answer.message));
  }

  #failed(error: Error): void {
    this.#isAlive = false;
    const message = `a thread of the pool has failed (${visible(error.message)}); classify this recording again`;
    this.#take()?.reject(new RecognizerError("WORKER_FAILED", message, { cause: error }));
  }

  #take(): Settle<Result> | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#worker.unref();
    return settle;
  }
}

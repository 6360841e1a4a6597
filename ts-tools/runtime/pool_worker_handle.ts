import { Worker } from "node:worker_threads";
import { visible } from "../text/visible_text.js";
import { RecognizerError, type RecognizerStatus } from "./errors.js";
import type { PoolAnswer, PoolJob, PoolWorkerData } from "./pool_job.js";
import type { Recognition } from "./result.js";

interface Settle {
  resolve(result: Recognition): void;
  reject(error: unknown): void;
}

/** A thread of a pool as the pool sees it: one job at a time. */
export class PoolWorker {
  readonly #worker: Worker;
  #settle: Settle | undefined;
  #isAlive = true;

  constructor(data: PoolWorkerData) {
    this.#worker = new Worker(new URL("./pool_worker.js", import.meta.url), { workerData: data });
    this.#worker.on("message", (answer: PoolAnswer) => this.#answered(answer));
    this.#worker.on("error", (error) => this.#failed(error));
    this.#worker.on("exit", (code) => this.#failed(new Error(`it ended with code ${code}`)));
    // A pool that is forgotten does not keep the program running; a recording that is on its way does.
    this.#worker.unref();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isIdle(): boolean {
    return this.#settle === undefined;
  }

  run(job: PoolJob): Promise<Recognition> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#worker.ref();
      const { buffer } = "file" in job ? job.file : job.samples;
      this.#worker.postMessage(job, [buffer as ArrayBuffer]);
    });
  }

  async close(reason: RecognizerError): Promise<void> {
    this.#isAlive = false;
    this.#take()?.reject(reason);
    await this.#worker.terminate();
  }

  #answered(answer: PoolAnswer): void {
    const settle = this.#take();
    if ("result" in answer) settle?.resolve(answer.result);
    else settle?.reject(new RecognizerError((answer.status ?? "UNKNOWN") as RecognizerStatus, answer.message));
  }

  #failed(error: Error): void {
    this.#isAlive = false;
    const message = `a thread of the pool has failed (${visible(error.message)}); classify this recording again`;
    this.#take()?.reject(new RecognizerError("WORKER_FAILED", message, { cause: error }));
  }

  #take(): Settle | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#worker.unref();
    return settle;
  }
}

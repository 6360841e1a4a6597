/**
 * Recordings on several processors, in Node: `import { createPool } from "light-sernet/pool"`.
 *
 *     const pool = await createPool({ size: 4 });
 *     const results = await Promise.all(files.map((file) => pool.classifyFile(file)));
 *     await pool.close();
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type CreateOptions, loadWith } from "./create.js";
import { badArgument, checkNames, RecognizerError } from "./errors.js";
import { loadAnywhere } from "./loader_anywhere.js";
import type { ModelInfo } from "./model_info.js";
import type { PoolJob, PoolWorkerData } from "./pool_job.js";
import { Recognizer } from "./recognizer.js";
import {
  type AudioBufferOptions,
  CHOICE_NAMES,
  type ClassifyOptions,
  checkChoices,
  RECOGNIZER_NAMES,
  type RecordingChoices,
  SAMPLE_NAMES,
} from "./recording_options.js";
import type { Recognition } from "./result.js";
import { type AudioBufferLike, asSamples, checkMemory, layoutOf, type PlanarSamples, type Samples, type Sound } from "./samples.js";
import { fileBytes, type SoundFile } from "./sound_file.js";
import { WorkerHandle } from "./worker_handle.js";

/** What createPool() takes. */
export interface PoolOptions extends Omit<CreateOptions, "onSegment"> {
  /** Threads, 1 to 256; default as many as there are processors. */
  size?: number | undefined;
  /** Recordings that may wait for a thread, default 64 for each thread; one more is refused (`POOL_FULL`). Their samples are in memory. */
  mostWaiting?: number | undefined;
}

/** As for a recognizer. There is no onSegment: functions cannot go to a thread. */
export type PoolClassifyOptions = Omit<ClassifyOptions, "onSegment">;

const MOST_THREADS = 256;
const WAITING_FOR_EACH = 64;
const CHOICES = CHOICE_NAMES.filter((name) => name !== "onSegment");
const OPTIONS = ["size", "mostWaiting", "model", "module", "build", ...RECOGNIZER_NAMES.filter((name) => name !== "onSegment")];
/** A caller of ready() that has not called for so long is not waited for any more. */
const RESERVED_MS = 1000;

type PoolWorker = WorkerHandle<PoolJob, Recognition>;

interface Waiting {
  job: PoolJob;
  resolve(result: Recognition): void;
  reject(error: unknown): void;
}

/**
 * Threads that classify recordings, each with a recognizer of its own. The results are those of one recognizer, whichever thread they come from. A thread that ends is
 * replaced; the recording that it had is refused (`WORKER_FAILED`).
 */
export class Pool {
  /** The model that answers. */
  readonly model: ModelInfo;
  readonly #create: () => PoolWorker;
  readonly #workers: (PoolWorker | undefined)[];
  readonly #mostWaiting: number;
  readonly #waiting: Waiting[] = [];
  readonly #roomWanted: (() => void)[] = [];
  /** Of callers of ready() that have not called yet: the timers that end their reservations. */
  readonly #reserved: NodeJS.Timeout[] = [];
  /** Calls that have a reserved thread and still read their file. */
  #claimed = 0;
  #isClosed = false;

  /** @internal createPool() makes them. */
  constructor(model: ModelInfo, size: number, mostWaiting: number, create: () => PoolWorker) {
    this.model = model;
    this.#workers = Array.from({ length: size }, () => undefined);
    this.#mostWaiting = mostWaiting;
    this.#create = create;
  }

  /** Threads. */
  get size(): number {
    return this.#workers.length;
  }

  /** Recordings that wait for a thread. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Classifies a whole recording in a thread. The samples are copied at once, so they may change after the call. */
  classify(sound: AudioBufferLike, options?: Omit<AudioBufferOptions, "onSegment">): Promise<Recognition>;
  classify(sound: Samples | PlanarSamples, options: PoolClassifyOptions): Promise<Recognition>;
  async classify(sound: Sound, options?: Omit<AudioBufferOptions, "onSegment">): Promise<Recognition> {
    const isReserved = this.#claim();
    try {
      const layout = layoutOf(sound, options);
      checkNames(options, [...SAMPLE_NAMES, ...CHOICES]);
      checkChoices({ ...options });
      checkMemory(sound);
      const { sampleRate, channels } = layout;
      this.#checkRoom(isReserved);
      return this.#run({ samples: asSamples(sound, layout), options: { ...options, sampleRate, channels } });
    } finally {
      this.#release(isReserved);
    }
  }

  /** Classifies a whole WAV file in a thread. */
  async classifyFile(file: SoundFile, options: Omit<RecordingChoices, "onSegment"> = {}): Promise<Recognition> {
    const isReserved = this.#claim();
    try {
      checkNames(options, CHOICES);
      checkChoices(options);
      this.#checkRoom(isReserved);
      const bytes = await fileBytes(file);
      this.#checkRoom(isReserved);
      return this.#run({ file: bytes.slice(), options });
    } finally {
      this.#release(isReserved);
    }
  }

  /**
   * Resolves once a thread is free, and reserves it for the next recording, for a second at most. Await it before each recording, so that none has to wait with its
   * samples in memory; many callers may wait at once, and go on in their order.
   */
  async ready(): Promise<void> {
    if (!this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#roomWanted.push(resolve);
        this.#wake();
      });
    }
    this.#checkOpen();
  }

  /** Ends all threads. Recordings that are not finished are refused (`CLOSED`). */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
    for (const timer of this.#reserved.splice(0)) clearTimeout(timer);
    for (const resolve of this.#roomWanted.splice(0)) resolve();
    await Promise.all(this.#workers.map((worker) => worker?.close(closed())));
  }

  /** The place of a thread that has nothing to do, or that has not begun. */
  get #free(): number | undefined {
    const index = this.#workers.findIndex(isFree);
    return index < 0 ? undefined : index;
  }

  /** Threads that are free and not reserved. */
  get #unreserved(): number {
    return this.#workers.filter(isFree).length - this.#reserved.length - this.#claimed;
  }

  #run(job: PoolJob): Promise<Recognition> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    for (let place = this.#free; place !== undefined && this.#waiting.length > 0; place = this.#free) {
      const { job, resolve, reject } = this.#waiting.shift()!;
      const there = this.#workers[place];
      const worker = there?.isAlive ? there : this.#create();
      this.#workers[place] = worker;
      const { buffer } = "file" in job ? job.file : job.samples;
      worker
        .run(job, [buffer as ArrayBuffer])
        .then(resolve, reject)
        .finally(() => {
          if (!worker.isAlive) this.#workers[place] = undefined;
          this.#next();
        });
    }
    this.#wake();
  }

  /** Reserves a thread for each caller of ready() for which there is one. */
  #wake(): void {
    while (this.#roomWanted.length > 0 && this.#unreserved > 0) {
      const timer = setTimeout(() => {
        this.#reserved.splice(this.#reserved.indexOf(timer), 1);
        this.#wake();
      }, RESERVED_MS);
      this.#reserved.push(timer);
      this.#roomWanted.shift()!();
    }
  }

  /** Takes over a reservation, if there is one. */
  #claim(): boolean {
    const timer = this.#reserved.shift();
    if (timer === undefined) return false;
    clearTimeout(timer);
    this.#claimed++;
    return true;
  }

  /** The recording has its thread, or was refused. */
  #release(isReserved: boolean): void {
    if (!isReserved) return;
    this.#claimed--;
    this.#wake();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw closed();
  }

  #checkRoom(isReserved: boolean): void {
    this.#checkOpen();
    if (this.#waiting.length < this.#mostWaiting || (isReserved ? this.#free !== undefined : this.#unreserved > 0)) return;
    const message = `${this.#waiting.length} recordings wait for this pool, as many as it takes; await pool.ready() before each, or raise mostWaiting`;
    throw new RecognizerError("POOL_FULL", message);
  }
}

function isFree(worker: PoolWorker | undefined): boolean {
  return worker === undefined || worker.isIdle;
}

function closed(): RecognizerError {
  return new RecognizerError("CLOSED", "this pool was closed; create another one");
}

/** Creates a pool of threads that classify recordings. Each thread begins with the first recording that it gets. */
export async function createPool(options: PoolOptions = {}): Promise<Pool> {
  if (typeof options !== "object" || options === null) throw badArgument("the argument of createPool()", "an object of options", options);
  if ("onSegment" in options) throw badArgument("onSegment", "absent, because functions cannot go to a thread,", options.onSegment);
  checkNames(options, OPTIONS);
  const { size = availableParallelism(), mostWaiting = WAITING_FOR_EACH * Number(size), ...rest } = options;
  if (!Number.isInteger(size) || size < 1 || size > MOST_THREADS)
    throw badArgument("size", `a whole number from 1 to ${MOST_THREADS}`, size);
  if (!Number.isInteger(mostWaiting) || mostWaiting < 0) throw badArgument("mostWaiting", "a whole number of recordings", mostWaiting);
  const { module, license } = await loadWith(loadAnywhere, rest);
  const { model: _, module: __, build: ___, ...kept } = rest;
  const recognizer = await Recognizer.create(module, kept, license);
  const { model } = recognizer;
  recognizer.close();
  const workerData: PoolWorkerData = { module, options: kept };
  const begin = (): PoolWorker => new WorkerHandle(new Worker(new URL("./pool_worker.js", import.meta.url), { workerData }));
  return new Pool(model, size, mostWaiting, begin);
}

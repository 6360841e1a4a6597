/** The page's side of its worker. It does one thing at a time. */
import { decodeBytes, fileBytes } from "../../ts-tools/runtime/sound_file.js";
import type { Build, LoadedModel, ModelName, Reply, Request } from "./protocol.js";

/** What a file reports while it is worked on. */
export type FileReply = Extract<Reply, { type: "begin" | "progress" | "result" }>;

/** Files are read as a whole. */
const MOST_BYTES = 512 * 2 ** 20;

export class Analysis {
  readonly #worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  #job = 0;
  #onReply: (reply: Reply) => void = () => {};
  #giveUp: () => void = () => {};

  /** `onBroken`: the worker cannot be started. */
  constructor(onBroken: () => void) {
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (data.job === this.#job) this.#onReply(data);
    };
    this.#worker.onerror = onBroken;
  }

  load(model: ModelName, build: Build): Promise<LoadedModel> {
    return this.#run(
      (job) => ({ type: "load", job, model, build }),
      (reply) => (reply.type === "loaded" ? reply.model : undefined),
    );
  }

  /** Works on a file; false if it was given up. */
  async file(file: File, onReply: (reply: FileReply) => void): Promise<boolean> {
    if (file.size > MOST_BYTES) throw new Error("This file is too large for a page; cut it, or use the command light-sernet classify.");
    const { name } = file;
    let isGivenUp = false;
    const givenUp = new Promise<false>((resolve) => {
      this.#giveUp = () => {
        isGivenUp = true;
        resolve(false);
      };
    });
    const step = (reply: Reply): { format: string } | true | undefined => {
      if (reply.type === "decode") return { format: reply.format };
      if (reply.type === "begin" || reply.type === "progress" || reply.type === "result") onReply(reply);
      return reply.type === "result" ? true : undefined;
    };
    const work = async (): Promise<boolean> => {
      const bytes = await file.arrayBuffer();
      if (isGivenUp) return false;
      const done = await this.#run((job) => ({ type: "file", job, name, bytes }), step, [bytes]);
      if (done === true) return true;
      const sound = await decodeBytes(await fileBytes(file), done.format);
      if (isGivenUp) return false;
      const samples = sound.samples as Float32Array<ArrayBuffer>;
      const { sampleRate, channels } = sound;
      return (await this.#run((job) => ({ type: "samples", job, name, samples, sampleRate, channels }), step, [samples.buffer])) === true;
    };
    return Promise.race([work(), givenUp]);
  }

  /** Ends the work on a file. */
  giveUpFile(): void {
    this.#giveUp();
    this.#worker.postMessage({ type: "giveUp", job: ++this.#job } satisfies Request);
  }

  /** Sends a request; resolves with the first value that `step` returns of a reply. */
  #run<T>(request: (job: number) => Request, step: (reply: Reply) => T | undefined, transfer: Transferable[] = []): Promise<T> {
    const job = ++this.#job;
    return new Promise((resolve, reject) => {
      this.#onReply = (reply) => {
        if (reply.type === "failed") return reject(new Error(reply.sentence));
        const value = step(reply);
        if (value !== undefined) resolve(value);
      };
      this.#worker.postMessage(request(job), transfer);
    });
  }
}

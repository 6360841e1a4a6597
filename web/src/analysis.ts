/** The page's side of its worker. */
import { decodeSoundFile } from "../../ts-tools/runtime/sound_file.js";
import type { Build, LoadedModel, ModelName, Reply, Request } from "./protocol.js";

/** What a file reports while it is worked on. */
export type FileReply = Extract<Reply, { type: "begin" | "progress" | "result" }>;

export class Analysis {
  readonly #worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  #job = 0;
  #onReply: (reply: Reply) => void = () => {};
  #onBroken: (error: Error) => void = () => {};

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (data.job === this.#job) this.#onReply(data);
    };
    this.#worker.onerror = () => this.#onBroken(new Error("The page's worker could not be started; load the page again."));
  }

  /** Ends what is being done. Resolves with undefined if something else was started meanwhile. */
  load(model: ModelName, build: Build): Promise<LoadedModel | undefined> {
    return this.#run(
      (job) => ({ type: "load", job, model, build }),
      (reply) => (reply.type === "loaded" ? reply.model : undefined),
    );
  }

  /** Ends what is being done, and works on a file. Resolves with false if something else was started meanwhile. */
  async file(file: File, onReply: (reply: FileReply) => void): Promise<boolean> {
    const name = file.name;
    const bytes = await file.arrayBuffer();
    const step = (reply: Reply): "decode" | true | undefined => {
      if (reply.type === "decode") return "decode";
      if (reply.type === "begin" || reply.type === "progress" || reply.type === "result") onReply(reply);
      return reply.type === "result" ? true : undefined;
    };
    const done = await this.#run((job) => ({ type: "file", job, name, bytes }), step, [bytes]);
    if (done !== "decode") return done === true;
    const job = this.#job;
    const { samples, sampleRate, channels } = await decodeSoundFile(file);
    if (job !== this.#job) return false;
    const floats = samples as Float32Array<ArrayBuffer>;
    return (
      (await this.#run((next) => ({ type: "samples", job: next, name, samples: floats, sampleRate, channels }), step, [floats.buffer])) ===
      true
    );
  }

  /** Gives up what is being done. */
  cancel(): void {
    this.#job++;
    this.#onReply({ type: "failed", job: this.#job, sentence: "" });
  }

  /** Sends a request; resolves with the first value that `step` returns of a reply, or with undefined once another request is sent. */
  #run<T>(request: (job: number) => Request, step: (reply: Reply) => T | undefined, transfer: Transferable[] = []): Promise<T | undefined> {
    this.cancel();
    return new Promise((resolve, reject) => {
      this.#onBroken = reject;
      this.#onReply = (reply) => {
        if (reply.type === "failed") {
          if (reply.sentence === "") resolve(undefined);
          else reject(new Error(reply.sentence));
          return;
        }
        const value = step(reply);
        if (value !== undefined) resolve(value);
      };
      this.#worker.postMessage(request(this.#job), transfer);
    });
  }
}

/** The worker of a microphone, as the page sees it. */

import { RecognizerError } from "./errors.js";
import type { LiveOptions } from "./live_options.js";
import type { WorkerReply, WorkerRequest } from "./microphone_messages.js";
import type { MicrophoneOptions } from "./microphone_options.js";
import type { ModelInfo } from "./model_info.js";

/** A promise, and what keeps it. */
interface Waiting<T> {
  keep: (value: T) => void;
  refuse: (error: RecognizerError) => void;
}

/** Begins a worker, and calls the handlers with what it says. */
export class StreamWorker {
  /** Is called once with an error that ends the stream after it was opened. */
  onFailure: ((error: RecognizerError) => void) | undefined;
  readonly #worker: Worker;
  readonly #handlers: MicrophoneOptions;
  #opening: Waiting<ModelInfo> | undefined;
  #ending: Waiting<void>[] = [];
  #asking: Waiting<Uint8Array | undefined>[] = [];

  constructor(create: () => Worker, handlers: MicrophoneOptions) {
    this.#handlers = handlers;
    try {
      this.#worker = create();
    } catch (cause) {
      throw unreachable(cause);
    }
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => this.#take(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(unreachable(event.message));
    };
  }

  /** Loads the model and begins the stream; sound comes through the port. */
  open(options: LiveOptions, sound: MessagePort, frames: boolean): Promise<ModelInfo> {
    return new Promise((keep, refuse) => {
      this.#opening = { keep, refuse };
      this.send({ type: "open", options, sound, frames }, [sound]);
    });
  }

  /** Is kept when the worker has answered all sound until the end that it was told of. */
  ended(): Promise<void> {
    return new Promise((keep) => {
      this.#ending.push({ keep, refuse: () => keep() });
    });
  }

  adaptation(): Promise<Uint8Array | undefined> {
    return new Promise((keep, refuse) => {
      this.#asking.push({ keep, refuse });
      this.send({ type: "adaptation" });
    });
  }

  send(request: WorkerRequest, transfer: Transferable[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  terminate(): void {
    this.#worker.terminate();
    this.#refuseAll(new RecognizerError("CLOSED", "this microphone was closed; call listen() again"));
  }

  #take(reply: WorkerReply): void {
    const { onAnswer, onSpeechStart, onSpeechEnd, onFrame, onOverload } = this.#handlers;
    if (reply.type === "answer") onAnswer?.(reply.answer);
    else if (reply.type === "frame") onFrame?.(reply.frame);
    else if (reply.type === "speechStart") onSpeechStart?.(reply.moment);
    else if (reply.type === "speechEnd") onSpeechEnd?.(reply.moment);
    else if (reply.type === "overload") onOverload?.(reply.overload);
    else if (reply.type === "ready") this.#opening?.keep(reply.model);
    else if (reply.type === "ended") this.#ending.shift()?.keep();
    else if (reply.type === "adaptation") this.#asking.shift()?.keep(reply.statistics);
    else this.#fail(new RecognizerError(reply.status, reply.message));
  }

  #fail(error: RecognizerError): void {
    this.#refuseAll(error);
    const { onFailure } = this;
    this.onFailure = undefined;
    onFailure?.(error);
  }

  #refuseAll(error: RecognizerError): void {
    this.#opening?.refuse(error);
    for (const waiting of [...this.#ending.splice(0), ...this.#asking.splice(0)]) waiting.refuse(error);
  }
}

function unreachable(cause: unknown): RecognizerError {
  const why = typeof cause === "string" && cause !== "" ? ` (${cause})` : "";
  const message = `the worker's script cannot be loaded, or has failed${why}; serve it from this site, and name its address with workerUrl`;
  return new RecognizerError("NO_WORKER", message, { cause });
}

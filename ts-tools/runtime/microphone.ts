/**
 * The package's entry for microphones of browsers.
 *
 *     const microphone = await listen({ onAnswer: ({ state, label }) => ... });
 *     await microphone.close();
 */

import { checkNames, RecognizerError } from "./errors.js";
import type { LiveOptions, LiveSettings } from "./live_options.js";
import { checkSettings } from "./live_options.js";
import { checkPage, hasEnded, type Input, openInput, releaseInput, startContext, taken } from "./microphone_input.js";
import type { TapMessage, TapName } from "./microphone_messages.js";
import { checkMicrophoneOptions, type MicrophoneOptions, modelForWorker } from "./microphone_options.js";
import { StreamWorker } from "./microphone_thread.js";
import type { ModelInfo } from "./model_info.js";

export { RecognizerError, type RecognizerStatus } from "./errors.js";
export type { LiveAnswer, LiveState } from "./live_answer.js";
export type { LiveFrame, LiveHandlers, LiveMoment, LiveSettings } from "./live_options.js";
export type { Overload } from "./microphone_messages.js";
export type { MicrophoneOptions } from "./microphone_options.js";
export type { ModelInfo } from "./model_info.js";

/** A microphone that is listened to. */
export class Microphone {
  /** What answers. */
  readonly model: ModelInfo;
  /** The sound: the stream that was opened, or your own; undefined for an AudioNode. */
  readonly stream: MediaStream | undefined;
  /** Where the sound comes from in the audio graph: connect an AnalyserNode to it, for example. */
  readonly node: AudioNode;
  readonly #input: Input;
  readonly #worker: StreamWorker;
  readonly #tap: AudioWorkletNode;
  #state: "listening" | "paused" | "closed" = "listening";
  /** Why it has ended by itself. */
  #failure: RecognizerError | undefined;
  #before: Promise<void> = Promise.resolve();

  /** For listen(). */
  constructor(model: ModelInfo, input: Input, worker: StreamWorker, tap: AudioWorkletNode) {
    this.model = model;
    this.stream = input.stream;
    this.node = input.node;
    this.#input = input;
    this.#worker = worker;
    this.#tap = tap;
  }

  /** Whether it listens, is paused or was closed. */
  get state(): "listening" | "paused" | "closed" {
    return this.#state;
  }

  /** Stops listening: what is due is answered before the promise is kept. The microphone that was opened is muted. */
  pause(): Promise<void> {
    return this.#after(async () => {
      if (this.#state !== "listening") return;
      this.#state = "paused";
      await this.#end("pause");
      this.#enable(false);
      await this.#input.own?.suspend();
    });
  }

  /** Goes on listening. No answer is about sound from before and after a pause; times go on where they were. */
  resume(): Promise<void> {
    return this.#after(async () => {
      if (this.#state === "closed") throw closed();
      if (this.#state === "listening") return;
      this.#enable(true);
      try {
        if (this.#input.own) await startContext(this.#input.own);
        if (this.#failure) throw this.#failure;
      } catch (error) {
        this.#enable(false);
        this.#input.own?.suspend().catch(() => {});
        throw error;
      }
      this.#tell("resume");
      this.#state = "listening";
    });
  }

  /** Answers what is due, and releases the microphone, the worker and the audio graph. A source of your own goes on. */
  close(): Promise<void> {
    return this.#after(async () => {
      if (this.#state === "closed") return;
      const wasPaused = this.#state === "paused";
      this.#state = "closed";
      if (!wasPaused) await this.#end("close");
      await this.#release();
    });
  }

  /** Changes smoothing and hold while it listens. */
  set(settings: LiveSettings): void {
    if (this.#state === "closed") throw closed();
    checkNames(settings, ["smoothing", "hold"]);
    checkSettings(settings);
    this.#worker.send({ type: "set", settings });
  }

  /** A copy of what is known of the speaker, as `Live.adaptation`; undefined if the model does not adapt. */
  adaptation(): Promise<Uint8Array | undefined> {
    if (this.#state === "closed") return Promise.reject(closed());
    return this.#worker.adaptation();
  }

  /** For listen(): the microphone has ended by itself. */
  fail(error: RecognizerError, onEnd: ((error: RecognizerError) => void) | undefined): Promise<void> {
    this.#failure ??= error;
    // A pause() or close() that waits for the worker goes on.
    this.#worker.terminate();
    return this.#after(async () => {
      if (this.#state === "closed") return;
      this.#state = "closed";
      await this.#release();
      onEnd?.(error);
    });
  }

  /** Lets the worker answer all sound that came until now. */
  async #end(message: "pause" | "close"): Promise<void> {
    if (this.#failure) return;
    const ended = this.#worker.ended();
    const isRunning = this.#tap.context.state === "running";
    this.#tell(isRunning ? message : "hush");
    // A worklet whose context does not run may not say it before it runs again.
    if (!isRunning) this.#worker.send({ type: "end" });
    await ended;
  }

  #tell(message: TapMessage): void {
    this.#tap.port.postMessage(message);
  }

  #enable(enabled: boolean): void {
    if (this.#input.opened) for (const track of this.#input.opened.getTracks()) track.enabled = enabled;
  }

  async #release(): Promise<void> {
    this.#tell("close");
    this.#input.node.disconnect(this.#tap);
    this.#tap.disconnect();
    this.#worker.terminate();
    await releaseInput(this.#input);
  }

  /** One call after the other. */
  #after(step: () => Promise<void>): Promise<void> {
    const result = this.#before.then(step);
    this.#before = result.catch(() => {});
    return result;
  }
}

/**
 * Listens to a microphone: opens it, taps it in an AudioWorklet, and answers in a Worker. Call it from a click: some browsers start no sound before. The user is asked
 * for the microphone; nothing leaves the machine.
 */
export async function listen(options: MicrophoneOptions = {}): Promise<Microphone> {
  checkMicrophoneOptions(options);
  checkPage();
  const { source, audio, adaptation, workletUrl, workerUrl } = options;
  const isNode = source !== undefined && !(source instanceof MediaStream);
  const own = isNode ? undefined : new AudioContext();
  const context = isNode ? source.context : own!;
  let hasFailed = false;
  let input: Input | undefined;
  let worker: StreamWorker | undefined;
  try {
    worker = new StreamWorker(() => makeWorker(workerUrl), options);
    const { port1, port2 } = new MessageChannel();
    const loading = worker.open({ ...streamOptions(options), sampleRate: context.sampleRate }, port1, options.onFrame !== undefined);
    // The module knows whether statistics are right: the user is not asked for nothing.
    if (adaptation !== undefined) await loading;
    const opening: Promise<Input> = isNode ? Promise.resolve({ node: source }) : openInput(own!, source, audio);
    opening.then(
      (opened) => {
        input = opened;
        if (hasFailed) return releaseInput(opened);
      },
      () => {},
    );
    // Else all at once: loading the model takes no time while the user is asked.
    const [opened, model] = await Promise.all([opening, loading, addTap(context, workletUrl)]);
    if (own) await startContext(own);
    if (hasEnded(opened.stream)) throw taken();
    const tap = makeTap(context);
    const most = Math.max(1, Math.round((options.bufferMs ?? 2000) / 20));
    tap.port.postMessage({ port: port2, most } satisfies TapMessage, [port2]);
    opened.node.connect(tap);
    // Only what leads to the destination is sure to run; the tap itself is silent.
    tap.connect(context.destination);
    return started(new Microphone(model, opened, worker, tap), worker, tap, opened, options);
  } catch (error) {
    hasFailed = true;
    worker?.terminate();
    if (input) await releaseInput(input);
    else await own?.close();
    throw error;
  }
}

/** The address is literal, so that bundlers take the script along. */
function makeWorker(workerUrl: string | URL | undefined): Worker {
  return workerUrl === undefined
    ? new Worker(new URL("./microphone_worker.js", import.meta.url), { type: "module" })
    : new Worker(workerUrl, { type: "module" });
}

function makeTap(context: BaseAudioContext): AudioWorkletNode {
  return new AudioWorkletNode(context, "light-sernet-tap" satisfies TapName, {
    numberOfInputs: 1,
    numberOfOutputs: 1,
    channelCount: 1,
    channelCountMode: "explicit",
    channelInterpretation: "speakers",
  });
}

function started(
  microphone: Microphone,
  worker: StreamWorker,
  tap: AudioWorkletNode,
  input: Input,
  options: MicrophoneOptions,
): Microphone {
  const fail = (error: RecognizerError): void => void microphone.fail(error, options.onEnd);
  worker.onFailure = fail;
  tap.onprocessorerror = () => fail(new RecognizerError("NO_WORKER", "the worklet of the microphone has failed; call listen() again"));
  for (const track of input.stream?.getAudioTracks() ?? []) track.addEventListener("ended", () => fail(taken()));
  return microphone;
}

async function addTap(context: BaseAudioContext, workletUrl: string | URL | undefined): Promise<void> {
  try {
    // The query is for Vite, which makes a data: address of small files, and a strict policy refuses such scripts.
    await (workletUrl === undefined
      ? context.audioWorklet.addModule(new URL("./microphone_worklet.js?no-inline", import.meta.url))
      : context.audioWorklet.addModule(workletUrl));
  } catch (cause) {
    const message = "the worklet's script cannot be loaded; serve it from this site, and name its address with workletUrl";
    throw new RecognizerError("NO_WORKER", message, { cause });
  }
}

/** The part of the options that the stream in the worker needs. */
function streamOptions({ model, module, build, smoothing, hold, adaptation }: MicrophoneOptions): LiveOptions {
  const address = modelForWorker(model);
  return {
    ...(address !== undefined && { model: address }),
    ...(module !== undefined && { module }),
    ...(build !== undefined && { build }),
    ...(smoothing !== undefined && { smoothing }),
    ...(hold !== undefined && { hold }),
    ...(adaptation !== undefined && { adaptation }),
  };
}

function closed(): RecognizerError {
  return new RecognizerError("CLOSED", "this microphone was closed; call listen() again");
}

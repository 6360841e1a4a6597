import type { StreamExports } from "../abi/exports.js";
import { INPUT_FORMAT, type InputFormat } from "../abi/status.js";
import { FRAMES_BETWEEN_ANSWERS, STREAM_EVENT } from "../abi/stream.js";
import { REFERENCE_FRONT_END } from "../model/front_end.js";
import { adaptationFrames, loadAdaptation, saveAdaptation } from "./adaptation.js";
import type { Engine } from "./engine.js";
import { checkNames, RecognizerError } from "./errors.js";
import { type LiveAnswer, StreamRecord } from "./live_answer.js";
import { checkSettings, type LiveHandlers, type LiveOptions, type LiveSettings } from "./live_options.js";
import type { ModelInfo } from "./model_info.js";
import type { SoundPiece } from "./recording_options.js";
import { bytesOf, checkBytes, checkMemory, eachPiece, layoutOf, type Sound } from "./samples.js";
import { frameBytes, type SoundLayout } from "./sound_layout.js";
import { pieces, type SoundSource } from "./sound_source.js";
import { WholeFrames } from "./whole_frames.js";

/** Where a stream stands. */
export interface LiveMeter {
  /** Milliseconds of sound since the stream began, up to the end of the newest frame. */
  timeMs: number;
  /** Largest magnitude of the newest 16 ms, dB of full scale; -120 for digital silence. */
  peakDb: number;
  /** Whether somebody speaks. */
  speaking: boolean;
}

/** The functions of a stream; throws if the model has none. */
export function streamIn({ stream }: Engine, { id }: ModelInfo): StreamExports {
  if (stream !== undefined) return stream;
  throw new RecognizerError("BAD_MODULE", `the model ${id} has no stream, only windows; build it again, with the reference front end`);
}

/**
 * Answers along a sound without end. Samples are pushed as they come, in pieces of any size, which do not change a bit of the answers; every 0.512 s there is an answer
 * about the last 3 s. Calls are synchronous: the handlers are called during push() and finish(). One that throws does not damage the stream: all samples are
 * taken and all handlers called before the first such error reaches the caller of push(). Memory stays flat.
 */
export class Live {
  /** What the stream runs on. */
  readonly model: ModelInfo;
  readonly #handlers: LiveHandlers;
  readonly #record: StreamRecord;
  /** The format of bytes; undefined if samples are pushed. */
  readonly #given: InputFormat | undefined;
  #engine: Engine | undefined;
  #settings = { smoothing: 1, hold: 0 };
  #layout: SoundLayout;
  #cut!: WholeFrames;
  /** Bytes of one step, which completes so few frames of the stream that no handler misses anything. */
  #step = 1;
  #state: "begun" | "running" | "ended" = "begun";
  #frames = 0;
  #speaking = false;
  /** Whether a handler is running. */
  #busy = false;
  /** The first error of a handler. */
  #failure: { error: unknown } | undefined;
  /** Answers that answers() has not passed on yet. */
  #queue: LiveAnswer[] | undefined;

  /** For createLive(), which has checked the options. */
  constructor(engine: Engine, model: ModelInfo, options: LiveOptions) {
    const { sampleRate = 16000, channels = 1, format, smoothing = 1, hold = 0, adaptation } = options;
    const { streamAnswer } = streamIn(engine, model);
    this.model = model;
    this.#engine = engine;
    this.#handlers = options;
    this.#given = format;
    this.#settings = { smoothing, hold };
    this.#layout = { sampleRate, channels, format: format ?? "f32" };
    this.#record = new StreamRecord(engine, model, streamAnswer(), REFERENCE_FRONT_END.frameSamples);
    if (adaptation !== undefined) loadAdaptation(engine, adaptation);
    this.#start();
  }

  /** Takes the next samples, any number of them; if the stream was created with a format, bytes that are cut anywhere. */
  push(piece: SoundPiece): void {
    this.#idle();
    const { sampleRate, channels } = this.#layout;
    if (this.#given !== undefined) {
      checkBytes(piece);
      const bytes = bytesOf(piece);
      this.#run(this.#layout, (take) => take(bytes));
      return;
    }
    const sound = piece as Sound;
    const layout = layoutOf(sound, { sampleRate, channels });
    checkMemory(sound);
    this.#run(layout, (take) => eachPiece(sound, layout, take));
  }

  /** The sound has ended: what is due is answered, and speech that goes on ends. */
  finish(): void {
    this.#idle();
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#guarded(({ engine, stream }) => {
      let more: number;
      do {
        more = engine.check(stream.finishStream());
        this.#report(engine, stream);
      } while (more > 0 && this.#engine !== undefined);
      if (this.#speaking) this.#change(false, this.#record.timeMs);
    });
  }

  /** Begins another stream, at time 0, of the same format and with what is known of the speaker; drops one that was not finished. */
  restart(): void {
    this.#idle();
    this.#start();
  }

  /** Changes smoothing and hold, now or while the stream runs. */
  set(settings: LiveSettings): void {
    const { engine, stream } = this.#open();
    checkNames(settings, ["smoothing", "hold"]);
    checkSettings(settings);
    const { smoothing = this.#settings.smoothing, hold = this.#settings.hold } = settings;
    this.#settings = { smoothing, hold };
    engine.check(stream.setStream(this.#settings.smoothing, this.#settings.hold));
  }

  /**
   * Time, level, and whether somebody speaks, as of the newest frame. Without handlers other than `onAnswer`, frames are processed up to eight at a time, so in `onAnswer` the
   * newest frame can be up to seven frames after the one that brought the answer.
   */
  get meter(): LiveMeter {
    this.#open();
    const { timeMs, peakDb, speaking } = this.#record;
    return { timeMs, peakDb, speaking };
  }

  /**
   * A copy of what is known of the speaker, as `Recognizer.adaptation`; undefined if the model does not adapt. It can be set before the first samples, or after restart()
   * or the option `adaptation`; undefined forgets the speaker.
   */
  get adaptation(): Uint8Array | undefined {
    return saveAdaptation(this.#open().engine);
  }

  set adaptation(statistics: Uint8Array | undefined) {
    const { engine } = this.#open();
    this.#idle();
    if (this.#state !== "begun")
      throw new RecognizerError("BUSY", "a stream is running; set the speaker's statistics before the first samples, or after restart()");
    loadAdaptation(engine, statistics);
    this.#start();
  }

  /** Milliseconds of speech in `adaptation`. Save after 10,000 or more. */
  get adaptationMs(): number | undefined {
    const { engine } = this.#open();
    const frames = adaptationFrames(engine);
    return frames === undefined ? undefined : (1000 * frames * engine.exports.hopSamples()) / engine.exports.sampleRate();
  }

  /**
   * Pushes what a source yields and passes on the answers as they come; the end of the source finishes the stream. The handlers are called, too.
   *
   *     for await (const { label } of live.answers(source)) ...
   */
  async *answers(source: SoundSource): AsyncGenerator<LiveAnswer, void> {
    this.#idle();
    if (this.#queue) throw new RecognizerError("BUSY", "answers() is already running on this stream; create another stream");
    const queue: LiveAnswer[] = [];
    this.#queue = queue;
    try {
      for await (const piece of pieces(source)) {
        this.push(piece as SoundPiece);
        yield* queue.splice(0);
      }
      this.finish();
      yield* queue.splice(0);
    } finally {
      this.#queue = undefined;
    }
  }

  /** A WritableStream that pushes what is written to it, and finishes the stream when it is closed. */
  writable(): WritableStream<SoundPiece> {
    this.#open();
    return new WritableStream<SoundPiece>({ write: (piece) => this.push(piece), close: () => this.finish() });
  }

  /** Releases the module's memory; the stream cannot be used any more. A handler may call it, too. */
  close(): void {
    this.#engine = undefined;
  }

  #start(): void {
    const { engine, stream } = this.#open();
    const { exports } = engine;
    const { format, channels, sampleRate } = this.#layout;
    engine.check(exports.setInput(INPUT_FORMAT[format], channels, sampleRate));
    engine.check(stream.startStream());
    engine.check(stream.setStream(this.#settings.smoothing, this.#settings.hold));
    const unit = frameBytes(this.#layout);
    const { onFrame, onSpeechStart, onSpeechEnd } = this.#handlers;
    const frames = onFrame || onSpeechStart || onSpeechEnd ? 1 : FRAMES_BETWEEN_ANSWERS;
    const most = Math.floor(((frames * exports.hopSamples() - 1) * sampleRate) / exports.sampleRate());
    this.#step = Math.max(1, Math.min(most, engine.capacity(unit) / unit)) * unit;
    this.#cut = new WholeFrames(unit, (bytes) => this.#pushFrames(bytes));
    this.#state = "begun";
    this.#frames = 0;
    this.#speaking = false;
  }

  /** Bytes of whole frames, in steps so small that the handlers miss nothing. */
  #pushFrames(bytes: Uint8Array): void {
    // A handler may close the stream.
    for (let begin = 0; begin < bytes.length && this.#engine !== undefined; begin += this.#step) {
      const { engine, stream } = this.#open();
      const piece = bytes.subarray(begin, begin + this.#step);
      engine.put(piece);
      engine.check(stream.pushStream(piece.length));
      this.#report(engine, stream);
    }
  }

  /** Calls the handlers for what has happened. */
  #report(engine: Engine, stream: StreamExports): void {
    const record = this.#record;
    const { onAnswer, onFrame } = this.#handlers;
    if (record.frames !== this.#frames) {
      this.#frames = record.frames;
      if (onFrame) {
        const mel = engine.float32(engine.exports.melAddress(), REFERENCE_FRONT_END.melBands).slice();
        const { timeMs, peakDb, speaking } = record;
        this.#call(() => onFrame({ timeMs, mel, peakDb, speaking }));
      }
    }
    const events = stream.streamEvents();
    if (events === 0) return;
    if ((events & (STREAM_EVENT.SPEECH_BEGAN | STREAM_EVENT.SPEECH_ENDED)) !== 0) this.#change(record.speaking, record.changedMs);
    if ((events & STREAM_EVENT.ANSWER) === 0) return;
    const answer = record.answer();
    this.#queue?.push(answer);
    if (onAnswer) this.#call(() => onAnswer(answer));
  }

  /** Speech has begun or ended. */
  #change(speaking: boolean, timeMs: number): void {
    if (speaking === this.#speaking) return;
    this.#speaking = speaking;
    const handler = speaking ? this.#handlers.onSpeechStart : this.#handlers.onSpeechEnd;
    if (handler) this.#call(() => handler({ timeMs }));
  }

  /** Calls a handler; its error waits until the stream has taken all samples. */
  #call(handler: () => void): void {
    if (this.#engine === undefined) return;
    this.#busy = true;
    try {
      handler();
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#busy = false;
    }
  }

  /** Runs a step, and throws what its handlers have thrown after it. */
  #guarded(step: (open: { engine: Engine; stream: StreamExports }) => void): void {
    this.#failure = undefined;
    step(this.#open());
    const failure = this.#failure as { error: unknown } | undefined;
    this.#failure = undefined;
    if (failure) throw failure.error;
  }

  /** Pushes sound of a layout, which must be that of the stream; before the first samples any type of them will do. */
  #run(layout: SoundLayout, push: (take: (bytes: Uint8Array) => void) => void): void {
    const { format } = this.#layout;
    if (this.#state === "ended") throw new RecognizerError("NOT_STARTED", "this stream was finished; call restart() to begin another one");
    if (layout.format !== format) {
      const message = `this stream has begun with samples of the format ${format}, and these are ${layout.format}; push samples of one type, or restart()`;
      if (this.#state === "running") throw new RecognizerError("BAD_ARGUMENT", message);
      this.#layout = layout;
      this.#start();
    }
    this.#state = "running";
    this.#guarded(() => push((bytes) => this.#cut.push(bytes)));
  }

  #open(): { engine: Engine; stream: StreamExports } {
    const engine = this.#engine;
    if (!engine?.stream) throw new RecognizerError("CLOSED", "this stream was closed; create another one");
    return { engine, stream: engine.stream };
  }

  /** Refuses calls from a handler: the stream is in the middle of a push. */
  #idle(): void {
    this.#open();
    if (!this.#busy) return;
    throw new RecognizerError("BUSY", "a handler of this stream is running; push, finish and restart after it has returned");
  }
}

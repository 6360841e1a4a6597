import { badArgument, checkNames, RecognizerError } from "./errors.js";
import type { Instances } from "./instances.js";
import { PushedRecording } from "./pushed_recording.js";
import { CHOICE_NAMES, checkChoices, checkTotalFrames, type OpenOptions, SAMPLE_NAMES, type SoundPiece } from "./recording_options.js";
import type { Recognition } from "./result.js";
import { bytesOf, checkBytes, checkMemory, checkRateGiven, eachPiece, layoutOf, type Sound } from "./samples.js";
import { checkFormat, checkLayout, type SoundLayout } from "./sound_layout.js";

const NAMES = [...SAMPLE_NAMES, "format", "totalFrames", ...CHOICE_NAMES];

/**
 * One recording that is pushed in pieces of any size. As many as you like may be open at the same time: what is pushed to one has no effect on the others, and each
 * has the result that it would have alone. Calls are synchronous. A call that is refused for its arguments changes nothing; any other error ends the recording. One
 * that is dropped without finish() or cancel() leaves nothing behind.
 */
export class OpenRecording {
  readonly #options: OpenOptions;
  readonly #recording: PushedRecording;
  /** Of bytes. */
  readonly #layout: SoundLayout | undefined;

  /** @internal `Recognizer.open()` makes them. */
  constructor(instances: Instances, options: OpenOptions) {
    checkOpenOptions(options);
    this.#options = options;
    this.#layout = layoutOfBytes(options);
    this.#recording = new PushedRecording(instances, options);
    if (this.#layout) this.#recording.begin(this.#layout);
  }

  /** Whether it takes sound: it was neither finished nor canceled, and no error has ended it. */
  get isOpen(): boolean {
    return this.#recording.isOpen;
  }

  /** What is known of the speaker once the recording is finished, if it began with an `adaptation` of its own; otherwise undefined. */
  get adaptation(): Uint8Array | undefined {
    return this.#recording.statistics;
  }

  /**
   * Takes the next piece: samples or, if a format was given, bytes that are cut anywhere. Returns false once all of the sound of a WAV file is there and the rest of the
   * file does not matter; otherwise true.
   */
  push(piece: SoundPiece): boolean {
    this.#recording.check();
    if (this.#options.format === undefined) return this.#pushSound(piece as Sound);
    checkBytes(piece);
    const bytes = bytesOf(piece);
    if (this.#layout === undefined) return this.#recording.pushWav(bytes);
    this.#recording.push(this.#layout, (take) => take(bytes));
    return true;
  }

  /** Ends the recording and returns the result. */
  finish(): Recognition {
    this.#recording.check();
    return this.#recording.finish();
  }

  /** Drops the recording. */
  cancel(): void {
    if (!this.isOpen) return;
    this.#recording.check();
    this.#recording.cancel();
  }

  /**
   * A stream that pushes what is written to it, for pipeTo(); call finish() once that is done. If the stream is aborted, the recording is canceled.
   *
   *     await response.body.pipeTo(recording.writable()); // opened with { format: "wav" }
   *     const { label } = recording.finish();
   */
  writable(): WritableStream<SoundPiece> {
    this.#recording.check();
    return new WritableStream<SoundPiece>({
      write: (piece) => {
        this.push(piece);
      },
      abort: () => this.cancel(),
    });
  }

  #pushSound(sound: Sound): true {
    const layout = layoutOf(sound, this.#options);
    checkMemory(sound);
    this.#recording.check(layout);
    this.#recording.push(layout, (take) => eachPiece(sound, layout, take));
    return true;
  }
}

function checkOpenOptions(options: OpenOptions): void {
  if (typeof options !== "object" || options === null) throw badArgument("the argument of open()", "an object of options", options);
  checkNames(options, NAMES);
  checkChoices(options);
  checkTotalFrames(options.totalFrames);
  const { sampleRate, channels = 1 } = options;
  if (sampleRate !== undefined) checkLayout({ format: "s16", channels, sampleRate });
}

/** How bytes are laid out; undefined if samples are to come, or a WAV file, which says it itself. */
function layoutOfBytes({ format, sampleRate, channels }: OpenOptions): SoundLayout | undefined {
  if (format === undefined) return undefined;
  if (format === "wav") {
    if (sampleRate === undefined && channels === undefined) return undefined;
    throw new RecognizerError("BAD_ARGUMENT", "a WAV file says its rate and channels itself; leave sampleRate and channels out");
  }
  checkFormat(format, ["wav"]);
  checkRateGiven({ sampleRate });
  return { format, channels: channels ?? 1, sampleRate: sampleRate! };
}

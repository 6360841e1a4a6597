import type { Answers } from "./answers.js";
import type { Classifier } from "./classifier.js";
import type { Engine } from "./engine.js";
import { RecognizerError } from "./errors.js";
import type { Instances } from "./instances.js";
import { Recording } from "./recording.js";
import type { RecordingChoices } from "./recording_options.js";
import type { Recognition } from "./result.js";
import { type SoundLayout, sameLayout } from "./sound_layout.js";
import { StreamAnswers } from "./stream_answers.js";
import { WavInput } from "./wav_input.js";
import { WindowAnswers } from "./window_answers.js";
import { slides } from "./windows.js";

/** The choices of a recording, and its length if that is known. */
export interface PushedOptions extends RecordingChoices {
  totalFrames?: number | undefined;
  /** In place of `long` and `crops`: what answers. */
  answers?: Answers;
}

/**
 * A recording with an instance of its own that converts its sound. An error in a step ends it; calls that are refused before have no effect.
 */
export class PushedRecording {
  readonly #instances: Instances;
  readonly #options: PushedOptions;
  readonly #classifier: Classifier;
  readonly #converter: Engine;
  /** The stream and its instance, if the answers are those of one. */
  #stream: { engine: Engine; answers: StreamAnswers } | undefined;
  #recording: Recording | undefined;
  #wav: WavInput | undefined;
  #state: "open" | "running" | "ended" = "open";
  #statistics: Uint8Array | undefined;

  constructor(instances: Instances, options: PushedOptions) {
    this.#instances = instances;
    this.#options = options;
    this.#classifier = this.#hasOwnSpeaker ? instances.classifierFor(options.adaptation) : instances.share();
    this.#converter = instances.takeEngine();
  }

  get isOpen(): boolean {
    return this.#state !== "ended";
  }

  get isWav(): boolean {
    return this.#wav !== undefined;
  }

  /** What is known of the speaker after the recording, if it began with one of its own. */
  get statistics(): Uint8Array | undefined {
    return this.#statistics?.slice();
  }

  /** Throws if the recording cannot take anything now, or not sound of that layout. */
  check(layout?: SoundLayout): void {
    this.#instances.checkOpen();
    if (this.#state === "ended")
      throw new RecognizerError("CLOSED", "this recording has ended, by finish(), cancel() or an error; open another one");
    if (this.#state === "running")
      throw new RecognizerError(
        "BUSY",
        "onSegment must not push to its own recording, finish or cancel it; do so when push() has returned",
      );
    if (!layout || !this.#recording || sameLayout(this.#recording.layout, layout)) return;
    const message =
      "all pieces of a recording must have the same sample type, rate and channels; finish this one before you begin with others";
    throw new RecognizerError("BAD_ARGUMENT", message);
  }

  /** Begins a recording of that layout, which the module checks. */
  begin(layout: SoundLayout): void {
    this.#run(() => this.#begin(layout));
  }

  /** Takes the bytes that `feed` passes on. */
  push(layout: SoundLayout, feed: (take: (bytes: Uint8Array) => void) => void): void {
    this.#run(() => {
      const recording = this.#recording ?? this.#begin(layout);
      feed((bytes) => recording.push(bytes));
    });
  }

  /** Takes the next bytes of a WAV file; returns false once all of the sound is there. */
  pushWav(bytes: Uint8Array): boolean {
    return this.#run(() => {
      this.#wav ??= new WavInput(this.#converter, {
        begin: (layout) => this.#begin(layout),
        push: (sound) => this.#recording?.push(sound),
      });
      return this.#wav.push(bytes);
    });
  }

  finish(): Recognition {
    const result = this.#run(() => {
      const warnings = this.#wav?.end();
      if (!this.#recording) throw new RecognizerError("EMPTY", "there is no sound to classify; push samples before finishing");
      return this.#recording.finish(warnings);
    });
    if (this.#hasOwnSpeaker) this.#statistics = (this.#stream?.answers ?? this.#classifier).adaptation;
    this.cancel();
    return result;
  }

  /** Ends it without a result; its instance goes to the next one. */
  cancel(): void {
    if (!this.isOpen) return;
    this.#end();
    this.#instances.giveBack(this.#converter);
    if (this.#stream) this.#instances.giveBack(this.#stream.engine);
  }

  get #hasOwnSpeaker(): boolean {
    return this.#options.adaptation !== undefined;
  }

  #begin(layout: SoundLayout): Recording {
    const { long = "windows", crops, totalFrames, onSegment, answers } = this.#options;
    const { model } = this.#instances;
    const isStream = long === "stream" && crops === undefined;
    const begin = (totalSamples: () => number | undefined): Answers => {
      if (answers) return answers;
      if (isStream) return this.#beginStream();
      const mode = long === "stream" ? "windows" : long;
      const choice = { mode, crops, totalSamples: slides(mode, crops) ? undefined : totalSamples() };
      return new WindowAnswers(this.#classifier, model, choice, onSegment);
    };
    this.#recording = new Recording(this.#converter, model, { layout, totalFrames, isStream, begin });
    return this.#recording;
  }

  /** A stream that starts from the speaker of this recording, or from the one that was set for all. */
  #beginStream(): Answers {
    const { adaptation = this.#instances.speaker, onSegment } = this.#options;
    const engine = this.#instances.takeEngine();
    const answers = new StreamAnswers(engine, this.#instances.model, adaptation, onSegment);
    this.#stream = { engine, answers };
    return answers;
  }

  #run<T>(step: () => T): T {
    this.#state = "running";
    try {
      const result = step();
      this.#state = "open";
      return result;
    } catch (error) {
      // Its instance may be in any state, so no other recording gets it.
      this.#end();
      throw error;
    }
  }

  #end(): void {
    this.#state = "ended";
    this.#recording = undefined;
    if (!this.#hasOwnSpeaker) this.#instances.unshare(this.#classifier);
  }
}

import { INPUT_FORMAT, type InputFormat } from "../abi/status.js";
import { shown } from "../text/visible_text.js";
import { Classifier } from "./classifier.js";
import { checkLayout, frameBytes, type SoundLayout } from "./converter.js";
import { Engine, type ModelInfo } from "./engine.js";
import { badArgument, RecognizerError } from "./errors.js";
import { type Features, soundFeatures } from "./features.js";
import { type Engines, Recording } from "./recording.js";
import type { Recognition, Segment } from "./result.js";
import {
  bytesOf,
  checkBytes,
  checkRateGiven,
  checkWholeFrames,
  layoutOf,
  type SampleOptions,
  type Samples,
  sameLayout,
} from "./samples.js";
import { decodeBytes, fileBytes, foreignFormat, type SoundFile } from "./sound_file.js";
import { WavInput } from "./wav_input.js";
import { checkCrops, type LongMode } from "./windows.js";

export interface ClassifyOptions extends SampleOptions {
  /** As the option of the recognizer, for this recording. */
  crops?: number;
}

export interface PushOptions extends SampleOptions {
  /**
   * Frames (samples of one channel) of the whole recording, with the first piece, if known. Without it `long: "center"` and `crops` keep the sound until its end, 1.9 MB
   * a minute.
   */
  totalFrames?: number;
}

export interface ByteOptions extends PushOptions {
  format: InputFormat;
}

export interface RecognizerOptions {
  /** What to do with a sound that is longer than a window; default "windows". */
  long?: LongMode;
  /**
   * In place of `long`: that many windows (1 to 100), evenly from start to end, and the mean of their probabilities; for a sound shorter than a window, that many
   * places of the sound among zeros. Better by a little, and slower.
   */
  crops?: number;
  /** Called for each window as soon as it is classified, during push(), pushWav(), finish() and classify(). */
  onSegment?: (segment: Segment) => void;
}

/**
 * Names the emotion in a voice. One recording at a time, either whole with classify() or in pieces with push() and finish(); how it is
 * cut does not change a bit of the result. Only one window of sound is kept in memory, however long the recording (all of
 * it for `center` and `crops` of a length that is not known before the end, as in WAV files, whose headers may be wrong); the list of segments grows by one
 * entry every half window. Calls are synchronous and block while the network runs. A call that is refused for its arguments,
 * or because another recording is being pushed, changes nothing; any other error ends the recording, and the next one can begin.
 */
export class Recognizer {
  readonly model: ModelInfo;
  readonly #options: RecognizerOptions;
  #engines: Engines | undefined;
  /** What was set as `adaptation`. */
  #speaker: Uint8Array | undefined;
  #recording: Recording | undefined;
  #wav: WavInput | undefined;

  private constructor(engines: Engines, options: RecognizerOptions) {
    this.model = engines.model;
    this.#engines = engines;
    this.#options = options;
  }

  /** `license` is the manifest's, which no module holds. */
  static async create(module: WebAssembly.Module, options: RecognizerOptions = {}, license?: string): Promise<Recognizer> {
    checkOptions(options);
    const [converter, classifier] = await Promise.all([Engine.create(module), Engine.create(module)]);
    const model: ModelInfo = { ...converter.model(), ...(license !== undefined && { license }) };
    return new Recognizer({ converter, classifier: new Classifier(classifier), model }, options);
  }

  /**
   * A copy of what is known of the speaker, some 200 bytes for you to keep: the statistics of all speech since the recognizer was created, or since they were set.
   * Undefined if the model does not adapt (`model.adapts`). No recording has an effect on the result of the next one until you set these: every recording
   * then starts from that speaker's mean, and the statistics go on from there. Undefined forgets the speaker. Statistics that are damaged, or of a model with
   * another front end, are refused and change nothing; so is every value while a recording is being pushed.
   */
  get adaptation(): Uint8Array | undefined {
    return this.#open().classifier.adaptation;
  }

  set adaptation(statistics: Uint8Array | undefined) {
    this.#idle();
    this.#open().classifier.adaptation = statistics;
    this.#speaker = statistics?.slice();
  }

  /** Milliseconds of speech in `adaptation`; the windows of a long recording overlap, and what lies in two of them counts twice. Save after 10,000 or more. */
  get adaptationMs(): number | undefined {
    return this.#open().classifier.adaptationMs;
  }

  /** Classifies a whole recording. */
  classify(samples: Samples, options: ClassifyOptions): Recognition {
    this.#idle();
    const layout = layoutOf(samples, options);
    const bytes = bytesOf(samples);
    const { crops } = options;
    checkCrops(crops);
    return this.#guarded(() => {
      const frames = bytes.length / frameBytes(layout);
      const recording = this.#record(layout, frames, crops);
      checkWholeFrames(bytes, layout);
      recording.push(bytes);
      return this.finish();
    });
  }

  /**
   * The MFCCs that the network receives of a recording: the center window of a longer one, zeros around a shorter one, leveled (docs/arithmetic.md, sections 3
   * and 4) and, if the model adapts, normalized, beginning with the speaker that was set. Always of the same shape. Nothing is learned from the recording.
   */
  features(samples: Samples, options: SampleOptions): Features {
    this.#idle();
    const layout = layoutOf(samples, options);
    return soundFeatures(this.#open().converter, bytesOf(samples), layout, this.#speaker);
  }

  /**
   * Classifies a whole sound file. WAV files are read by the module, so that every engine returns the same bits; FLAC, MP3, Ogg, M4A, WebM and the like are decoded
   * by the browser, on a page. See decodeSoundFile() for workers.
   */
  async classifyFile(file: SoundFile): Promise<Recognition> {
    this.#idle();
    const bytes = await fileBytes(file);
    // Another recording may have begun meanwhile.
    this.#idle();
    try {
      this.pushWav(bytes);
    } catch (error) {
      const format = foreignFormat(error);
      if (format === undefined) throw error;
      const { samples, sampleRate, channels } = await decodeBytes(bytes, format);
      return this.classify(samples, { sampleRate, channels });
    }
    return this.finish();
  }

  /** Takes the next piece of a recording, of any length. */
  push(samples: Samples, options: PushOptions): void {
    const layout = layoutOf(samples, options);
    this.#pushLayout(bytesOf(samples), layout, options.totalFrames);
  }

  /** Takes the next bytes of raw little-endian sound, as in a WAV file, cut anywhere. */
  pushBytes(bytes: Uint8Array, options: ByteOptions): void {
    checkBytes(bytes);
    checkRateGiven(options);
    const { format, channels = 1, sampleRate, totalFrames } = options;
    if (typeof format !== "string" || !Object.hasOwn(INPUT_FORMAT, format)) {
      const message = `the sample format ${shown(format)} is unknown; use ${Object.keys(INPUT_FORMAT).join(", ")}`;
      throw new RecognizerError("BAD_FORMAT", message);
    }
    const layout = { format, channels, sampleRate };
    checkLayout(layout);
    this.#pushLayout(bytesOf(bytes), layout, totalFrames);
  }

  /**
   * Takes the next bytes of a WAV file, header first, cut anywhere. Returns false once all of the sound is there and the rest of the file
   * does not matter. Then, or at the end of the file, call finish().
   */
  pushWav(bytes: Uint8Array): boolean {
    const engines = this.#open();
    checkBytes(bytes);
    const piece = bytesOf(bytes);
    if (this.#recording && !this.#wav) throw busy();
    return this.#guarded(() => {
      this.#wav ??= new WavInput(engines.converter, {
        begin: (layout) => this.#record(layout, undefined),
        push: (sound) => this.#recording?.push(sound),
      });
      return this.#wav.push(piece);
    });
  }

  /** Ends the recording and returns the result. */
  finish(): Recognition {
    this.#open();
    return this.#guarded(() => {
      const warnings = this.#wav?.end();
      if (!this.#recording) throw new RecognizerError("EMPTY", "there is no sound to classify; push samples before finishing");
      const result = this.#recording.finish(warnings);
      this.reset();
      return result;
    });
  }

  /** Drops the current recording. */
  reset(): void {
    this.#recording = undefined;
    this.#wav = undefined;
  }

  /** Releases the module's memory; the recognizer cannot be used any more. */
  close(): void {
    this.reset();
    this.#engines = undefined;
  }

  #pushLayout(bytes: Uint8Array, layout: SoundLayout, totalFrames: number | undefined): void {
    this.#open();
    if (this.#wav) throw busy();
    if (totalFrames !== undefined && !(Number.isInteger(totalFrames) && totalFrames >= 0)) {
      throw badArgument("totalFrames", "a whole number of frames", totalFrames);
    }
    const before = this.#recording?.layout;
    if (before && !sameLayout(before, layout)) {
      const message =
        "all pieces of a recording must have the same sample type, rate and channels; call finish() or reset() before you change them";
      throw new RecognizerError("BAD_ARGUMENT", message);
    }
    this.#guarded(() => (this.#recording ?? this.#record(layout, totalFrames)).push(bytes));
  }

  #record(layout: SoundLayout, totalFrames: number | undefined, crops = this.#options.crops): Recording {
    const { onSegment, long = "windows" } = this.#options;
    this.#recording = new Recording(this.#open(), { layout, long, crops, totalFrames, onSegment });
    return this.#recording;
  }

  /** Runs a step; an error in it ends the recording. */
  #guarded<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      this.reset();
      throw error;
    }
  }

  #open(): Engines {
    if (!this.#engines) throw new RecognizerError("CLOSED", "this recognizer was closed; create another one");
    return this.#engines;
  }

  #idle(): void {
    this.#open();
    if (this.#recording || this.#wav) throw busy();
  }
}

function busy(): RecognizerError {
  return new RecognizerError("BUSY", "another recording is being pushed; call finish() or reset() first");
}

/** Checks the options that a recognizer keeps. */
export function checkOptions(options: RecognizerOptions): void {
  const { long = "windows", crops, onSegment } = options;
  if (long !== "windows" && long !== "center") throw badArgument("long", '"windows" or "center"', long);
  checkCrops(crops);
  if (onSegment !== undefined && typeof onSegment !== "function") throw badArgument("onSegment", "a function", onSegment);
}

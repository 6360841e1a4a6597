import { checkNames, RecognizerError } from "./errors.js";
import { soundFeatures } from "./features.js";
import { Instances } from "./instances.js";
import type { ModelInfo } from "./model_info.js";
import { OpenRecording } from "./open_recording.js";
import { PushedRecording } from "./pushed_recording.js";
import {
  type AudioBufferOptions,
  type ByteOptions,
  CHOICE_NAMES,
  type ClassifyOptions,
  checkChoices,
  checkTotalFrames,
  type OpenOptions,
  type PushOptions,
  type RecognizerOptions,
  type RecordingChoices,
  SAMPLE_NAMES,
  type SoundPiece,
} from "./recording_options.js";
import type { Features, Recognition } from "./result.js";
import {
  type AudioBufferLike,
  bytesOf,
  checkBytes,
  checkMemory,
  checkRateGiven,
  checkWholeFrames,
  eachPiece,
  frameCountOf,
  layoutOf,
  type PlanarSamples,
  type SampleOptions,
  type Samples,
  type Sound,
} from "./samples.js";
import { decodeBytes, fileBytes, foreignFormat, type SoundFile } from "./sound_file.js";
import { checkFormat, checkLayout, type SoundLayout } from "./sound_layout.js";
import { pieces, type SoundSource } from "./sound_source.js";

const PUSH_NAMES = [...SAMPLE_NAMES, "totalFrames"];

/**
 * Names the emotion in a voice. A recording comes whole (classify(), classifyFile()), as a stream (classifyStream()) or in pieces, and how it is cut does not change
 * a bit of the result. As many recordings as you like may be open at the same time with open(); push() and finish() of the recognizer itself are for one recording
 * after another. Only one window of a recording is kept in memory, however long it is (all of it for `center` and `crops` of a length that is not known before the
 * end, as in WAV files, whose headers may be wrong); the list of segments grows by one entry every half window. Calls are synchronous and block while the network
 * runs. A call that is refused for its arguments changes nothing; any other error ends the recording, and the next one can begin.
 */
export class Recognizer {
  /** The model that answers. */
  readonly model: ModelInfo;
  readonly #options: RecognizerOptions;
  readonly #instances: Instances;
  /** The recording of push() and pushWav(). */
  #pushed: PushedRecording | undefined;

  private constructor(instances: Instances, options: RecognizerOptions) {
    this.model = instances.model;
    this.#instances = instances;
    this.#options = options;
  }

  /** A recognizer of a compiled module. `license` is the manifest's, which no module holds. Most apps use createRecognizer(). */
  static async create(module: WebAssembly.Module, options: RecognizerOptions = {}, license?: string): Promise<Recognizer> {
    checkChoices(options);
    const instances = await Instances.create(module, license);
    if (options.long === "stream") instances.checkStream();
    return new Recognizer(instances, options);
  }

  /**
   * A copy of what is known of the speaker, some 200 bytes for you to keep: the statistics of all speech since the recognizer was created, or since they were set.
   * Undefined if the model does not adapt (`model.adapts`). No recording has an effect on the result of the next one until you set these: every recording that begins
   * then starts from that speaker's mean, and the statistics go on from there; those that are open go on as they began. Undefined forgets the speaker. Statistics that
   * are damaged, or of a model with another front end, are refused and change nothing; so is every value during a recording of push(). For several speakers at
   * once pass each recording its own, as an option.
   */
  get adaptation(): Uint8Array | undefined {
    this.#instances.checkOpen();
    return this.#instances.classifier.adaptation;
  }

  set adaptation(statistics: Uint8Array | undefined) {
    this.#instances.checkOpen();
    if (this.#current) throw busy();
    this.#instances.setSpeaker(statistics);
  }

  /** Milliseconds of speech in `adaptation`; the windows of a long recording overlap, and what lies in two of them counts twice. Save after 10,000 or more. */
  get adaptationMs(): number | undefined {
    this.#instances.checkOpen();
    return this.#instances.classifier.adaptationMs;
  }

  /** Begins a recording beside others, to be pushed in pieces. */
  open(options: OpenOptions): OpenRecording {
    this.#instances.checkOpen();
    return new OpenRecording(this.#instances, this.#withDefaults(options));
  }

  /** Classifies a whole recording: interleaved samples, an array with the samples of each channel, or an AudioBuffer, which needs no options. */
  classify(sound: AudioBufferLike, options?: AudioBufferOptions): Recognition;
  classify(sound: Samples | PlanarSamples, options: ClassifyOptions): Recognition;
  classify(sound: Sound, options?: AudioBufferOptions): Recognition {
    this.#instances.checkOpen();
    const layout = layoutOf(sound, options);
    const { sampleRate: _, channels: __, ...choices } = { ...options };
    checkNames(options, [...SAMPLE_NAMES, ...CHOICE_NAMES]);
    checkChoices(choices);
    checkMemory(sound);
    const frames = Math.floor(frameCountOf(sound, layout));
    const recording = this.#record({ ...choices, totalFrames: Number.isInteger(frames) ? frames : undefined });
    recording.begin(layout);
    recording.push(layout, (take) => {
      checkWholeFrames(sound, layout);
      eachPiece(sound, layout, take);
    });
    return recording.finish();
  }

  /**
   * Classifies a recording that comes in pieces from a stream: a ReadableStream, a readable stream of Node, or anything with an (async) iterator. The pieces are
   * samples or, with a `format`, bytes: `{ format: "wav" }` takes a WAV file. Several may run at the same time.
   */
  async classifyStream(source: SoundSource, options: OpenOptions): Promise<Recognition> {
    const recording = this.open(options);
    try {
      for await (const piece of pieces(source)) if (!recording.push(piece as SoundPiece)) break;
      return recording.finish();
    } finally {
      recording.cancel();
    }
  }

  /**
   * The MFCCs that the network receives of a recording: the center window of a longer one, zeros around a shorter one, leveled (docs/arithmetic.md, sections 3
   * and 4) and, if the model adapts, normalized, beginning with the speaker that was set. Always of the same shape. Nothing is learned from the recording.
   */
  features(sound: AudioBufferLike, options?: Partial<SampleOptions>): Features;
  features(sound: Samples | PlanarSamples, options: SampleOptions): Features;
  features(sound: Sound, options?: Partial<SampleOptions>): Features {
    this.#instances.checkOpen();
    const layout = layoutOf(sound, options);
    checkNames(options, SAMPLE_NAMES);
    checkMemory(sound);
    const engine = this.#instances.takeEngine();
    const features = soundFeatures(engine, sound, layout, this.#instances.speaker);
    this.#instances.giveBack(engine);
    return features;
  }

  /**
   * Classifies a whole sound file. WAV files are read by the module, so that every engine returns the same bits; FLAC, MP3, Ogg, M4A, WebM and the like are decoded
   * by the browser, on a page. See decodeSoundFile() for workers. Several may run at the same time.
   */
  async classifyFile(file: SoundFile, options: RecordingChoices = {}): Promise<Recognition> {
    this.#instances.checkOpen();
    checkNames(options, CHOICE_NAMES);
    checkChoices(options);
    const bytes = await fileBytes(file);
    const recording = this.#record(options);
    try {
      recording.pushWav(bytesOf(bytes));
    } catch (error) {
      const format = foreignFormat(error);
      if (format === undefined) throw error;
      const { samples, sampleRate, channels } = await decodeBytes(bytes, format);
      return this.classify(samples, { sampleRate, channels, ...options });
    }
    return recording.finish();
  }

  /** Takes the next piece of a recording, of any length. */
  push(sound: Sound, options: PushOptions): void {
    this.#instances.checkOpen();
    const layout = layoutOf(sound, options);
    checkNames(options, PUSH_NAMES);
    checkMemory(sound);
    this.#pushLayout(layout, options.totalFrames, (take) => eachPiece(sound, layout, take));
  }

  /** Takes the next bytes of raw little-endian sound, as in a WAV file, cut anywhere. */
  pushBytes(bytes: Uint8Array, options: ByteOptions): void {
    this.#instances.checkOpen();
    checkBytes(bytes);
    checkRateGiven(options);
    checkNames(options, [...PUSH_NAMES, "format"]);
    const { format, channels = 1, sampleRate, totalFrames } = options;
    checkFormat(format);
    const layout = { format, channels, sampleRate };
    checkLayout(layout);
    const piece = bytesOf(bytes);
    this.#pushLayout(layout, totalFrames, (take) => take(piece));
  }

  /**
   * Takes the next bytes of a WAV file, header first, cut anywhere. Returns false once all of the sound is there and the rest of the file
   * does not matter. Then, or at the end of the file, call finish().
   */
  pushWav(bytes: Uint8Array): boolean {
    this.#instances.checkOpen();
    checkBytes(bytes);
    const piece = bytesOf(bytes);
    const current = this.#current;
    if (current && !current.isWav) throw busy();
    current?.check();
    this.#pushed = current ?? this.#record({});
    return this.#pushed.pushWav(piece);
  }

  /** Ends the recording of push() and returns the result. */
  finish(): Recognition {
    this.#instances.checkOpen();
    const current = this.#current ?? this.#record({});
    current.check();
    return current.finish();
  }

  /** Drops the recording of push(). */
  reset(): void {
    this.#current?.cancel();
    this.#pushed = undefined;
  }

  /** Releases the module's memory; the recognizer and its recordings cannot be used any more. */
  close(): void {
    this.#pushed = undefined;
    this.#instances.close();
  }

  /** The recording of push() that has begun and not ended. */
  get #current(): PushedRecording | undefined {
    return this.#pushed?.isOpen ? this.#pushed : undefined;
  }

  #pushLayout(layout: SoundLayout, totalFrames: number | undefined, feed: (take: (bytes: Uint8Array) => void) => void): void {
    checkTotalFrames(totalFrames);
    const current = this.#current;
    if (current?.isWav) throw busy();
    current?.check(layout);
    this.#pushed = current ?? this.#record({ totalFrames });
    this.#pushed.push(layout, feed);
  }

  #record(options: RecordingChoices & { totalFrames?: number | undefined }): PushedRecording {
    return new PushedRecording(this.#instances, this.#withDefaults(options));
  }

  /** The recognizer's options, but for those that a recording has. A recording's `long` takes the place of the recognizer's `crops`, too. */
  #withDefaults<T extends RecordingChoices>(options: T): T {
    if (typeof options !== "object" || options === null) return options;
    const defaults = options.long === undefined ? this.#options : { ...this.#options, crops: undefined };
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    return { ...defaults, ...given } as T;
  }
}

function busy(): RecognizerError {
  return new RecognizerError("BUSY", "another recording is being pushed; call finish() or reset() first");
}

import { STREAM_ANSWER, STREAM_STATE, type StreamState } from "../abi/stream.js";
import type { Engine } from "./engine.js";
import { damaged } from "./errors.js";
import type { ModelInfo } from "./model_info.js";
import { byClass, type Dimensions } from "./result.js";

/** `listening`: nobody speaks, and nothing is named. `uncertain`: somebody speaks, but the answer is not accepted. `label`: it is. */
export type LiveState = StreamState;

/** What a stream says every 0.512 s. */
export interface LiveAnswer extends Dimensions {
  /** When it was made: milliseconds of sound since the stream began. */
  timeMs: number;
  /** Whether nobody speaks, somebody speaks but the answer is not accepted, or it is. */
  state: LiveState;
  /** One of the classes, also while it is uncertain; null while listening. */
  label: string | null;
  /** Probability of the label; 0 while listening. */
  confidence: number;
  /** Whether the answer is accepted by the model's rules. */
  accepted: boolean;
  /** float32 values, the mean over as many answers as `smoothing` says; all 0 while listening. */
  probabilities: Record<string, number>;
  /** The end of the sound that the answer is about, as timeMs: 560 ms before it while somebody speaks, up to 752 where speech begins or ends; timeMs itself when nobody has spoken for 3 s. */
  endMs: number;
  /** Milliseconds of that sound: 512 at first, 3,072 once that much has been heard. */
  heardMs: number;
  /** Milliseconds with speech among them. */
  speechMs: number;
  /** speechMs / heardMs, 0 to 1. */
  speechShare: number;
  /** Level of the speech as the stream follows it: its largest magnitude in the last one to two seconds of speech, dB of full scale. */
  levelDb: number;
  /** How surely somebody speaks, 0 to 1; only if the model has it (`model.hasVoice`). */
  voice?: number;
}

const STATES = Object.keys(STREAM_STATE) as LiveState[];

type Field = keyof typeof STREAM_ANSWER;
/** Where each field is in the record. */
const INDEX = Object.fromEntries(Object.keys(STREAM_ANSWER).map((name, index) => [name, index])) as Record<Field, number>;

const isProbability = (value: number): boolean => value >= 0 && value <= 1;
const impossible = (): Error => damaged("its answer is impossible");

function probability(value: number): number {
  if (!isProbability(value)) throw impossible();
  return value;
}

/** Of digital silence, as `InputFigures.rmsDb` has it. */
const QUIETEST_DB = -120;

/** The module's record of its stream, which changes with every frame. */
export class StreamRecord {
  readonly #engine: Engine;
  readonly #model: ModelInfo;
  readonly #record: Int32Array;
  readonly #probabilities: Float32Array;
  /** The probabilities while nobody speaks. */
  readonly #silence: Float32Array;
  readonly #frameMs: number;
  readonly #firstMs: number;

  /** `frameSamples`: length of a frame. */
  constructor(engine: Engine, model: ModelInfo, address: number, frameSamples: number) {
    this.#engine = engine;
    this.#model = model;
    this.#record = engine.int32(address, Object.keys(INDEX).length);
    this.#probabilities = engine.float32(engine.exports.probabilitiesAddress(), model.classes.length);
    this.#silence = new Float32Array(model.classes.length);
    const hop = engine.exports.hopSamples();
    this.#frameMs = (1000 * hop) / model.sampleRate;
    this.#firstMs = (1000 * (frameSamples - hop)) / model.sampleRate;
  }

  /** Frames since the stream began, modulo 2^32. */
  get frames(): number {
    return this.#field("FRAMES") >>> 0;
  }

  /** The end of the newest frame. */
  get timeMs(): number {
    return this.#timeOf("FRAMES");
  }

  get speaking(): boolean {
    return this.#field("SPEAKING") === 1;
  }

  get levelDb(): number {
    return this.#field("LEVEL") / 100;
  }

  /** Of the newest 16 ms. */
  get peakDb(): number {
    return Math.max(QUIETEST_DB, 20 * Math.log10(this.#field("PEAK") / 32768));
  }

  /** When speech last began or ended. */
  get changedMs(): number {
    return this.#timeOf("CHANGED");
  }

  /** The newest answer; throws if it is impossible. */
  answer(): LiveAnswer {
    const { activation, valence, voice } = this.#engine.answers;
    const state = STATES[this.#field("STATE")];
    const index = this.#field("LABEL");
    const heard = this.#field("HEARD");
    const speech = this.#field("SPEECH");
    const isListening = state === "listening";
    const label = isListening ? null : this.#model.classes[index];
    const values = isListening ? this.#silence : this.#probabilities;
    const possible = values.every(isProbability) && speech >= 0 && speech <= heard;
    if (state === undefined || label === undefined || !possible) throw impossible();
    const answer: LiveAnswer = {
      timeMs: this.#timeOf("ANSWERED"),
      state,
      label,
      confidence: isListening ? 0 : values[index]!,
      accepted: !isListening && this.#field("ACCEPTED") === 1,
      probabilities: byClass(this.#model, values),
      endMs: this.#timeOf("LAST_FRAME"),
      heardMs: heard * this.#frameMs,
      speechMs: speech * this.#frameMs,
      speechShare: heard === 0 ? 0 : speech / heard,
      levelDb: this.levelDb,
    };
    if (isListening) return answer;
    if (activation) answer.activation = probability(activation());
    if (valence) answer.valence = probability(valence());
    if (voice) answer.voice = probability(voice());
    return answer;
  }

  /** When the frame that is counted there ended; 0 before the first one. */
  #timeOf(field: Field): number {
    const frames = this.#field(field) >>> 0;
    return frames === 0 ? 0 : frames * this.#frameMs + this.#firstMs;
  }

  #field(field: Field): number {
    return this.#record[INDEX[field]]!;
  }
}

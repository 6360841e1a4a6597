import { INPUT_FORMAT } from "../abi/status.js";
import type { DimensionName } from "../model/dimension_name.js";
import { adaptationFrames, loadAdaptation, saveAdaptation } from "./adaptation.js";
import { now } from "./clock.js";
import type { Engine } from "./engine.js";
import { damaged } from "./errors.js";
import { frameMilliseconds } from "./frame_time.js";

/** What else an answer may have. */
type AnswerNumber = DimensionName | "speechFrames" | "voice";

/** The module's answer for one window. */
export interface WindowResult extends Partial<Record<AnswerNumber, number>> {
  /** Index of the class. */
  label: number;
  /** False: the answer is uncertain. */
  accepted: boolean;
  logits: Int32Array;
  probabilities: Float32Array;
  /** Thousandths of an int16 step. */
  level: number;
  frontendMs: number;
  networkMs: number;
}

/**
 * Classifies windows of int16 samples at 16 kHz: two level passes, then features and network in one pass.
 *
 * Timing: in the module every frame goes through the front end and right on into the network, so a clock outside cannot separate the two. It
 * measures the level passes, the pass of features and network, and afterward the front end's stages on single frames (their time does not
 * depend on the sound). frontendMs = level passes + frames with sound (in proportion to the samples) x time of a frame; networkMs = the rest.
 */
export class Classifier {
  readonly #engine: Engine;
  readonly #classes: number;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#classes = engine.exports.classCount();
    engine.check(engine.exports.setInput(INPUT_FORMAT.s16, 1, engine.exports.sampleRate()));
  }

  /** Another instance of the module. */
  anotherEngine(): Engine {
    return this.#engine.another();
  }

  /** The level of a sound in thousandths of an int16 step; the module uses the center of a sound that is longer than a window. */
  level(parts: readonly Int16Array[]): number {
    const { exports } = this.#engine;
    this.#engine.check(exports.startLevel(countSamples(parts)));
    this.#push(parts);
    this.#engine.check(exports.nextLevel());
    this.#push(parts);
    return this.#engine.check(exports.finishLevel());
  }

  /** A window, or a shorter sound: in its center, or after that many zeros. */
  classify(parts: readonly Int16Array[], zerosBefore?: number): WindowResult {
    const { exports } = this.#engine;
    const begin = now();
    const level = this.level(parts);
    const leveled = now();
    // The module centers what is shorter than a window, so a sound in another place is pushed with its zeros, at the level that it has without them.
    const pushed = zerosBefore === undefined ? parts : padded(parts, zerosBefore, exports.windowSamples());
    this.#engine.check(exports.start(level, countSamples(pushed)));
    this.#push(pushed);
    this.#engine.check(exports.finish());
    const end = now();
    const result = this.#checked({
      label: exports.label(),
      accepted: exports.accepted() === 1,
      logits: this.#engine.int32(exports.logitsAddress(), this.#classes).slice(),
      probabilities: this.#engine.float32(exports.probabilitiesAddress(), this.#classes).slice(),
      level,
      ...this.#more(),
    });
    const filled = level === 0 ? 0 : Math.min(1, countSamples(parts) / exports.windowSamples());
    const featureMs = Math.min(end - leveled, filled * exports.frameCount() * frameMilliseconds(this.#engine));
    return { ...result, frontendMs: leveled - begin + featureMs, networkMs: end - leveled - featureMs };
  }

  /** The speaker's statistics so far; undefined if the model does not adapt. */
  get adaptation(): Uint8Array | undefined {
    return saveAdaptation(this.#engine);
  }

  set adaptation(statistics: Uint8Array | undefined) {
    loadAdaptation(this.#engine, statistics);
  }

  /** Milliseconds of speech in them. */
  get adaptationMs(): number | undefined {
    const { exports } = this.#engine;
    const frames = adaptationFrames(this.#engine);
    return frames === undefined ? undefined : (1000 * frames * exports.hopSamples()) / exports.sampleRate();
  }

  /** What the model has of these of the last answer. */
  #more(): Partial<Record<AnswerNumber, number>> {
    const { activation, valence, speechFrames, voice } = this.#engine.answers;
    return {
      ...(activation && { activation: activation() }),
      ...(valence && { valence: valence() }),
      ...(speechFrames && { speechFrames: speechFrames() }),
      ...(voice && { voice: voice() }),
    };
  }

  #checked<T extends Omit<WindowResult, "frontendMs" | "networkMs">>(result: T): T {
    const { label, probabilities, activation = 0, valence = 0, voice = 0 } = result;
    if (label < 0 || label >= this.#classes || ![...probabilities, activation, valence, voice].every((value) => value >= 0 && value <= 1))
      throw damaged("its answer is impossible");
    return result;
  }

  #push(parts: readonly Int16Array[]): void {
    for (const part of parts) this.#engine.push(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), part.BYTES_PER_ELEMENT);
  }
}

/** The samples with zeros before and after them, a whole window. */
function padded(parts: readonly Int16Array[], before: number, windowSamples: number): Int16Array[] {
  return [new Int16Array(before), ...parts, new Int16Array(windowSamples - countSamples(parts) - before)];
}

function countSamples(parts: readonly Int16Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** What ts-tools/abi/exports.ts says that each call answers, as a second state machine: no sound in it, only statuses. */
import type { ModuleExports } from "../../ts-tools/abi/exports.js";
import { INPUT_FORMAT, STATUS } from "../../ts-tools/abi/status.js";
import { SAMPLE_BYTES } from "../reference/decode.js";

type Mode = "idle" | "coarse" | "fine" | "classify" | "features" | "samples" | "network";

const OK = STATUS.OK.code;
/** Bytes of a sample by the number of its format. */
const BYTES = new Map<number, number>(
  Object.entries(INPUT_FORMAT).map(([name, code]) => [code, SAMPLE_BYTES[name as keyof typeof INPUT_FORMAT]]),
);
const LARGEST_LEVEL = 32768000;

/** A status, or the statuses that are right: the resampler looks ahead, so a push may notice late that it is one too many. */
export type Expected = readonly number[];

export class CallModel {
  mode: Mode = "idle";
  finished = false;
  frameBytes = 2;
  rate = 16000;
  announced = 0;
  given = 0;
  frames = 0;
  readonly #capacity: number;
  readonly #networkFrames: number;

  constructor(exports: ModuleExports) {
    this.#capacity = exports.inputCapacity();
    this.#networkFrames = exports.frameCount();
  }

  setInput(format: number, channels: number, rate: number): Expected {
    this.mode = "idle";
    const bytes = BYTES.get(format);
    if (bytes === undefined) return [STATUS.BAD_FORMAT.code];
    if (channels < 1 || channels * bytes > this.#capacity) return [STATUS.BAD_CHANNELS.code];
    if (rate < 8000 || rate > 192000) return [STATUS.BAD_RATE.code];
    this.frameBytes = bytes * channels;
    this.rate = rate;
    return [OK];
  }

  push(bytes: number): Expected {
    if (this.mode === "idle" || this.mode === "network") return [STATUS.NOT_STARTED.code];
    if (bytes < 0 || bytes > this.#capacity || bytes % this.frameBytes !== 0) return [STATUS.BAD_PIECE.code];
    this.given += bytes / this.frameBytes;
    if (this.mode === "features" || this.mode === "samples" || !this.#tooMany()) return [OK];
    return this.rate === 16000 ? [STATUS.TOO_MANY_SAMPLES.code] : [OK, STATUS.TOO_MANY_SAMPLES.code];
  }

  startLevel(samples: number): Expected {
    return this.#startSound("coarse", samples);
  }

  start(level: number, samples: number): Expected {
    this.mode = "idle";
    if (level < 0 || level > LARGEST_LEVEL) return [STATUS.BAD_LEVEL.code];
    const expected = this.#startSound("classify", samples);
    if (expected[0] === OK) this.finished = false;
    return expected;
  }

  nextLevel(): Expected {
    const expected = this.#endPass("coarse");
    if (expected[0] === OK) this.#startSound("fine", this.announced);
    return expected;
  }

  /** OK takes the place of a level. */
  finishLevel(): Expected {
    const expected = this.#endPass("fine");
    if (expected[0] === OK) this.mode = "idle";
    return expected;
  }

  finish(): Expected {
    const expected = this.#endPass("classify");
    if (expected[0] === OK) this.#end();
    return expected;
  }

  startFeatures(level: number): Expected {
    this.mode = "idle";
    if (level < 0 || level > LARGEST_LEVEL) return [STATUS.BAD_LEVEL.code];
    return this.#startSound("features", 0);
  }

  startSamples(): Expected {
    return this.#startSound("samples", 0);
  }

  finishSamples(): Expected {
    if (this.mode !== "samples") return [STATUS.NOT_STARTED.code];
    this.mode = "idle";
    return [OK];
  }

  startNetwork(): void {
    this.mode = "network";
    this.finished = false;
    this.frames = 0;
  }

  pushFrame(): Expected {
    if (this.mode !== "network") return [STATUS.NOT_STARTED.code];
    if (this.frames === this.#networkFrames) return [STATUS.TOO_MANY_SAMPLES.code];
    this.frames++;
    return [OK];
  }

  finishNetwork(): Expected {
    if (this.mode !== "network") return [STATUS.NOT_STARTED.code];
    if (this.frames < this.#networkFrames) return [STATUS.TOO_FEW_SAMPLES.code];
    this.#end();
    return [OK];
  }

  reset(): void {
    this.mode = "idle";
    this.finished = false;
  }

  #startSound(mode: Mode, samples: number): Expected {
    this.mode = "idle";
    if (samples < 0) return [STATUS.BAD_LENGTH.code];
    this.mode = mode;
    this.announced = samples;
    this.given = 0;
    return [OK];
  }

  #endPass(mode: Mode): Expected {
    if (this.mode !== mode) return [STATUS.NOT_STARTED.code];
    if (this.#tooMany()) return [STATUS.TOO_MANY_SAMPLES.code];
    return [this.#length() < this.announced ? STATUS.TOO_FEW_SAMPLES.code : OK];
  }

  #end(): void {
    this.mode = "idle";
    this.finished = true;
  }

  #length(): number {
    return Math.ceil((16000 * this.given) / this.rate);
  }

  #tooMany(): boolean {
    return this.#length() > this.announced;
  }
}

import { badArgument } from "./errors.js";

/** `windows` slides windows over a long sound; `center` takes its middle. For a sound of at most one window both are the same. */
export type WindowMode = "windows" | "center";

/** What to do with a sound that is longer than a window. `stream`: the answers of a stream (`createLive()`), of a sound of any length. */
export type LongMode = WindowMode | "stream";

/** More than that say nothing new of a sound. */
export const MOST_CROPS = 100;

/** One window of a sound at 16 kHz. */
export interface SoundWindow {
  /** First sample. */
  start: number;
  /** Samples: a whole window, or all of a shorter sound. */
  length: number;
  /** The samples, in one or two pieces; valid only during the call. */
  parts: readonly Int16Array[];
  /** Zeros in front of a shorter sound, the others go after it. Undefined: the sound is in the center. */
  zerosBefore?: number;
}

export interface WindowOptions {
  windowSamples: number;
  mode: WindowMode;
  /** That many windows at even distances instead, from start to end; of a shorter sound, that many places of the sound in the window. */
  crops?: number | undefined;
  /** Samples of the whole sound, if known; without them `center` and crops keep the sound until its end. */
  totalSamples?: number | undefined;
}

export function checkLong(long: unknown): void {
  if (long === undefined || long === "windows" || long === "center" || long === "stream") return;
  throw badArgument("long", '"windows", "center" or "stream"', long);
}

export function checkCrops(crops: unknown): void {
  if (crops === undefined || (Number.isInteger(crops) && (crops as number) >= 1 && (crops as number) <= MOST_CROPS)) return;
  throw badArgument("crops", `a whole number from 1 to ${MOST_CROPS}`, crops);
}

/**
 * Where crops begin if `room` is what a sound is longer, or shorter, than a window: evenly from 0 to `room`, each place once; a single one is in the middle
 * (docs/arithmetic.md, section 7).
 */
export function cropStarts(crops: number, room: number): number[] {
  const count = Math.min(crops, room + 1);
  if (count === 1) return [Math.floor(room / 2)];
  return Array.from({ length: count }, (_, index) => Math.floor((index * room) / (count - 1)));
}

/** From one window to the next: half a window. */
export function windowHop(windowSamples: number): number {
  return Math.max(1, Math.floor(windowSamples / 2));
}

/** Cuts a stream of 16 kHz samples into windows. */
export interface Splitter {
  push(samples: Int16Array): void;
  /** Emits the windows that are still missing. */
  finish(): void;
}

/** Whether windows slide over the sound, so that its length does not matter. */
export function slides(mode: WindowMode, crops: number | undefined): boolean {
  return mode === "windows" && crops === undefined;
}

/** Keeps one window of the sound if it is known by then where the windows are, else all of it. */
export function createSplitter(options: WindowOptions, onWindow: (window: SoundWindow) => void): Splitter {
  const { mode, crops, totalSamples } = options;
  return slides(mode, crops) || totalSamples !== undefined ? new WindowSplitter(options, onWindow) : new HeldSound(options, onWindow);
}

/** Keeps the samples until the length of the sound is known. */
class HeldSound implements Splitter {
  readonly #options: WindowOptions;
  readonly #onWindow: (window: SoundWindow) => void;
  #samples: Int16Array;
  #count = 0;

  constructor(options: WindowOptions, onWindow: (window: SoundWindow) => void) {
    this.#options = options;
    this.#onWindow = onWindow;
    this.#samples = new Int16Array(2 * options.windowSamples);
  }

  push(samples: Int16Array): void {
    const count = this.#count + samples.length;
    if (count > this.#samples.length) {
      const larger = new Int16Array(Math.max(count, 2 * this.#samples.length));
      larger.set(this.#samples.subarray(0, this.#count));
      this.#samples = larger;
    }
    this.#samples.set(samples, this.#count);
    this.#count = count;
  }

  finish(): void {
    const splitter = new WindowSplitter({ ...this.#options, totalSamples: this.#count }, this.#onWindow);
    splitter.push(this.#samples.subarray(0, this.#count));
    splitter.finish();
  }
}

/**
 * Cuts a stream of 16 kHz samples into windows (docs/arithmetic.md, section 7, and section 3 for `center`) and keeps only one window in memory.
 * Sliding windows start at 0, hop, 2 hop, ..., and the last one ends with the sound; a shorter sound is one window of its own length.
 */
class WindowSplitter implements Splitter {
  readonly #ring: Int16Array;
  readonly #onWindow: (window: SoundWindow) => void;
  /** Of crops, of which the center is one; undefined for windows that slide. */
  readonly #starts: readonly number[] | undefined;
  #seen = 0;
  #windows = 0;
  /** The number of samples at which the next window is complete, and at which the last one was. */
  #nextEnd: number;
  #lastEnd = 0;

  constructor({ windowSamples, mode, crops, totalSamples = 0 }: WindowOptions, onWindow: (window: SoundWindow) => void) {
    this.#ring = new Int16Array(windowSamples);
    this.#onWindow = onWindow;
    const count = crops ?? (mode === "center" ? 1 : undefined);
    this.#starts = count === undefined ? undefined : cropStarts(count, Math.abs(totalSamples - windowSamples));
    this.#nextEnd = totalSamples < windowSamples ? windowSamples : this.#endOf(0);
  }

  push(samples: Int16Array): void {
    let offset = 0;
    const size = this.#ring.length;
    while (offset < samples.length && this.#seen < this.#nextEnd) {
      const position = this.#seen % size;
      const count = Math.min(samples.length - offset, this.#nextEnd - this.#seen, size - position);
      this.#ring.set(samples.subarray(offset, offset + count), position);
      this.#seen += count;
      offset += count;
      if (this.#seen === this.#nextEnd) {
        this.#emit(size);
        this.#nextEnd = this.#endOf(this.#windows);
      }
    }
    this.#seen += samples.length - offset;
  }

  /** Those of a short sound, or the end of a long one. */
  finish(): void {
    const length = Math.min(this.#seen, this.#ring.length);
    const starts = this.#starts;
    if (starts === undefined) {
      if (this.#seen > this.#lastEnd) this.#emit(length);
    } else if (this.#windows === 0 && length > 0) {
      for (const start of starts) this.#emit(length, starts.length > 1 ? start : undefined);
    }
  }

  /** Where a window ends; 0 if there is none. */
  #endOf(window: number): number {
    const size = this.#ring.length;
    const start = this.#starts === undefined ? window * windowHop(size) : this.#starts[window];
    return start === undefined ? 0 : start + size;
  }

  #emit(length: number, zerosBefore?: number): void {
    this.#windows++;
    this.#lastEnd = this.#seen;
    const end = this.#seen % this.#ring.length;
    const parts = length < this.#ring.length ? [this.#ring.subarray(0, length)] : [this.#ring.subarray(end), this.#ring.subarray(0, end)];
    const start = this.#seen - length;
    this.#onWindow({ start, length, parts: parts.filter((part) => part.length > 0), ...(zerosBefore !== undefined && { zerosBefore }) });
  }
}

/** `windows` slides windows over a long sound; `center` takes its middle. For a sound of at most one window both are the same. */
export type LongMode = "windows" | "center";

/** One window of a sound at 16 kHz. */
export interface SoundWindow {
  /** First sample. */
  start: number;
  /** Samples: a whole window, or all of a shorter sound. */
  length: number;
  /** The samples, in one or two pieces; valid only during the call. */
  parts: readonly Int16Array[];
}

export interface WindowOptions {
  windowSamples: number;
  mode: LongMode;
  /** Samples of the whole sound, which `center` needs. */
  totalSamples?: number | undefined;
}

/** From one window to the next: half a window. */
function windowHop(windowSamples: number): number {
  return Math.max(1, Math.floor(windowSamples / 2));
}

/**
 * Cuts a stream of 16 kHz samples into windows (docs/arithmetic.md, section 7, and section 3 for `center`) and keeps only one window in memory.
 * Windows start at 0, hop, 2 hop, ..., and the last one ends with the sound; a shorter sound is one window of its own length.
 */
export class WindowSplitter {
  readonly #ring: Int16Array;
  readonly #mode: LongMode;
  readonly #onWindow: (window: SoundWindow) => void;
  /** Samples before the part that is used (`center` only). */
  readonly #skip: number;
  #seen = 0;
  /** Samples put into the ring, and the total at which the next window is complete. */
  #total = 0;
  #nextEnd: number;
  #lastEnd = 0;

  constructor(options: WindowOptions, onWindow: (window: SoundWindow) => void) {
    const { windowSamples, mode, totalSamples } = options;
    this.#ring = new Int16Array(windowSamples);
    this.#mode = mode;
    this.#onWindow = onWindow;
    this.#nextEnd = windowSamples;
    this.#skip = mode === "center" ? Math.max(0, Math.floor(((totalSamples ?? 0) - windowSamples) / 2)) : 0;
  }

  /** Samples of the sound so far. */
  get samples(): number {
    return this.#seen;
  }

  push(samples: Int16Array): void {
    let offset = Math.min(samples.length, Math.max(0, this.#skip - this.#seen));
    this.#seen += samples.length;
    const size = this.#ring.length;
    while (offset < samples.length && this.#total < this.#nextEnd) {
      const position = this.#total % size;
      const count = Math.min(samples.length - offset, this.#nextEnd - this.#total, size - position);
      this.#ring.set(samples.subarray(offset, offset + count), position);
      this.#total += count;
      offset += count;
      if (this.#total === this.#nextEnd) {
        if (this.#mode === "windows") this.#nextEnd += windowHop(size);
        this.#emit(size);
      }
    }
  }

  /** Emits the window that is still missing: a short sound as a whole, or the end of a long one. */
  finish(): void {
    if (this.#total > this.#lastEnd) this.#emit(Math.min(this.#total, this.#ring.length));
  }

  #emit(length: number): void {
    this.#lastEnd = this.#total;
    const end = this.#total % this.#ring.length;
    const parts = length < this.#ring.length ? [this.#ring.subarray(0, length)] : [this.#ring.subarray(end), this.#ring.subarray(0, end)];
    this.#onWindow({ start: this.#skip + this.#total - length, length, parts: parts.filter((part) => part.length > 0) });
  }
}

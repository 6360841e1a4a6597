import type { Answers } from "../runtime/answers.js";
import { windowHop } from "../runtime/windows.js";

/** Neighboring windows of a sound, all that begin within it. */
export interface Piece {
  /** Of the sound, at the network's rate. */
  firstSample: number;
  samples: Int16Array;
}

/** Cuts a sound at the network's rate into pieces that can be classified by themselves: their windows, taken together, are those of the whole sound. */
export class PieceCutter implements Answers {
  readonly segments = [];
  readonly spentMs = 0;
  readonly frontendMs = 0;
  readonly networkMs = 0;
  /** Those that are complete; whoever takes one removes it. */
  readonly pieces: Piece[] = [];
  readonly #windowSamples: number;
  readonly #hop: number;
  /** From a piece to the next. */
  readonly #step: number;
  /** The last hop of the piece before, which the window at the end of the sound may begin in, and the samples of this piece. */
  readonly #buffer: Int16Array;
  #filled = 0;
  #firstSample = 0;

  constructor(windowSamples: number, windows: number) {
    this.#windowSamples = windowSamples;
    this.#hop = windowHop(windowSamples);
    this.#step = windows * this.#hop;
    this.#buffer = new Int16Array(this.#hop + (windows - 1) * this.#hop + windowSamples);
    this.#filled = this.#hop;
  }

  push(samples: Int16Array): void {
    for (let at = 0; at < samples.length; ) {
      const part = samples.subarray(at, at + this.#buffer.length - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#buffer.length) this.#cut();
    }
  }

  /** The rest of the sound is the last piece; if it is shorter than a window, it is the window that ends with the sound. */
  finish(): void {
    const rest = this.#filled - this.#hop;
    const isFirst = this.#firstSample === 0;
    // What lies in the last window of the piece before.
    if (rest === (isFirst ? 0 : this.#windowSamples - this.#hop)) return;
    const missing = isFirst ? 0 : Math.max(0, this.#windowSamples - rest);
    this.pieces.push({ firstSample: this.#firstSample - missing, samples: this.#buffer.slice(this.#hop - missing, this.#filled) });
  }

  #cut(): void {
    this.pieces.push({ firstSample: this.#firstSample, samples: this.#buffer.slice(this.#hop) });
    this.#buffer.copyWithin(0, this.#step);
    this.#filled -= this.#step;
    this.#firstSample += this.#step;
  }
}

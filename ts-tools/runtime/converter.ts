import { INPUT_FORMAT } from "../abi/status.js";
import type { Engine } from "./engine.js";
import { checkLayout, frameBytes, type SoundLayout } from "./sound_layout.js";
import { WholeFrames } from "./whole_frames.js";

export { frameBytes, type SoundLayout };

/** Converts sound of any format and rate to int16 samples at 16 kHz, in the module. Pieces may be cut anywhere, even inside a sample. */
export class Converter {
  readonly #engine: Engine;
  readonly #sink: (samples: Int16Array) => void;
  #frameBytes = 1;
  #cut = new WholeFrames(1, (bytes) => this.#convert(bytes));
  #frames = 0;

  /** `sink` gets views of the module's memory, valid only during the call. */
  constructor(engine: Engine, sink: (samples: Int16Array) => void) {
    this.#engine = engine;
    this.#sink = sink;
  }

  /** Whole frames that were pushed since begin(). */
  get frames(): number {
    return this.#frames;
  }

  begin(layout: SoundLayout): void {
    const { exports } = this.#engine;
    checkLayout(layout);
    this.#engine.check(exports.setInput(INPUT_FORMAT[layout.format], layout.channels, layout.sampleRate));
    this.#engine.check(exports.startSamples());
    this.#frameBytes = frameBytes(layout);
    // Throws for a damaged module that accepts frames larger than its input.
    this.#engine.capacity(this.#frameBytes);
    this.#cut = new WholeFrames(this.#frameBytes, (bytes) => this.#convert(bytes));
    this.#frames = 0;
  }

  push(bytes: Uint8Array): void {
    this.#cut.push(bytes);
  }

  /** Ends the sound without an incomplete last frame; returns whether there was one. */
  finish(): boolean {
    this.#engine.check(this.#engine.exports.finishSamples());
    this.#emit();
    return this.#cut.incomplete;
  }

  /** Bytes of whole frames. */
  #convert(bytes: Uint8Array): void {
    this.#engine.push(bytes, this.#frameBytes, () => this.#emit());
    this.#frames += bytes.length / this.#frameBytes;
  }

  #emit(): void {
    const { exports } = this.#engine;
    const count = exports.outputCount();
    if (count > 0) this.#sink(this.#engine.int16(exports.outputAddress(), count));
  }
}

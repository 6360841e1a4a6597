import { INPUT_FORMAT, type InputFormat } from "../abi/status.js";
import type { SoundLayout } from "./converter.js";
import type { Engine } from "./engine.js";
import { RecognizerError } from "./errors.js";

/** Receives what follows the header of a WAV file. */
export interface WavTarget {
  /** The header has been read. */
  begin(layout: SoundLayout): void;
  /** Bytes of sound, in pieces cut anywhere; the last frame may be incomplete. */
  push(bytes: Uint8Array): void;
}

/** Takes a WAV file in pieces of any size. The module reads the header and decides which of the bytes that follow are sound. */
export class WavInput {
  readonly #engine: Engine;
  readonly #target: WavTarget;
  #begun = false;
  #ended = false;

  constructor(engine: Engine, target: WavTarget) {
    this.#engine = engine;
    this.#target = target;
    engine.exports.wavBegin();
  }

  /** Takes the next bytes of the file; returns false once all of the sound is there and the rest of the file does not matter. */
  push(bytes: Uint8Array): boolean {
    const sound = this.#begun ? bytes : bytes.subarray(this.#pushHeader(bytes));
    if (!this.#begun || this.#ended) return !this.#ended;
    const count = this.#engine.check(this.#engine.exports.wavTake(sound.length));
    if (count > 0) this.#target.push(sound.subarray(0, count));
    this.#ended = count < sound.length;
    return !this.#ended;
  }

  /** Ends the file. Returns the WARNING bits of its length; throws if it holds no sound. */
  end(): number {
    return this.#engine.check(this.#engine.exports.wavEnd());
  }

  /** Returns how many bytes of this piece were header. */
  #pushHeader(bytes: Uint8Array): number {
    const capacity = this.#engine.capacity();
    for (let offset = 0; offset < bytes.length; offset += capacity) {
      const piece = bytes.subarray(offset, offset + capacity);
      this.#engine.put(piece);
      const used = this.#engine.check(this.#engine.exports.wavPush(piece.length));
      if (used > 0) {
        this.#begin();
        return offset + used;
      }
    }
    return bytes.length;
  }

  #begin(): void {
    const { exports } = this.#engine;
    this.#begun = true;
    this.#target.begin({ format: formatName(exports.wavFormat()), channels: exports.wavChannels(), sampleRate: exports.wavRate() });
  }
}

function formatName(code: number): InputFormat {
  for (const [name, value] of Object.entries(INPUT_FORMAT)) if (value === code) return name as InputFormat;
  throw new RecognizerError("BAD_FORMAT", `the module reports the unknown sample format ${code}; build the model again`);
}

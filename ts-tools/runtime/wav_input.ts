import { INPUT_FORMAT, type InputFormat } from "../abi/status.js";
import { frameBytes, type SoundLayout } from "./converter.js";
import type { Engine } from "./engine.js";
import { namedError, RecognizerError } from "./errors.js";

/** A RIFF header is so long; less than that is no WAV file. */
const RIFF_BYTES = 12;

/** What follows the header of a WAV file. */
export interface WavTarget {
  /** The header is read; sound of so many frames follows. */
  begin(layout: SoundLayout, frames: number): void;
  /** Bytes of sound, in pieces cut anywhere. */
  push(bytes: Uint8Array): void;
}

/** Takes a WAV file in pieces of any size: the module reads the header, exactly the announced frames go on to the target. */
export class WavInput {
  readonly #engine: Engine;
  readonly #target: WavTarget;
  #headerBytes = 0;
  /** Bytes of sound that are still to come; undefined inside the header. */
  #remaining: number | undefined;

  constructor(engine: Engine, target: WavTarget) {
    this.#engine = engine;
    this.#target = target;
    engine.exports.wavBegin();
  }

  /** Takes the next bytes of the file; false once all of the sound is there and the rest of the file does not matter. */
  push(bytes: Uint8Array): boolean {
    const offset = this.#remaining === undefined ? this.#pushHeader(bytes) : 0;
    if (this.#remaining === undefined) return true;
    const sound = bytes.subarray(offset, offset + this.#remaining);
    if (sound.length > 0) {
      this.#remaining -= sound.length;
      this.#target.push(sound);
    }
    return this.#remaining > 0;
  }

  /** Says that the file is at its end; throws when sound is missing. */
  end(): void {
    if (this.#remaining === undefined) throw namedError(this.#headerBytes < RIFF_BYTES ? "WAV_NOT_RIFF" : "WAV_NO_DATA");
    if (this.#remaining > 0) throw namedError("WAV_TRUNCATED");
  }

  /** Bytes of this piece that were header. */
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
      this.#headerBytes += piece.length;
    }
    return bytes.length;
  }

  #begin(): void {
    const { exports } = this.#engine;
    const layout = { format: formatName(exports.wavFormat()), channels: exports.wavChannels(), sampleRate: exports.wavRate() };
    const frames = exports.wavFrames() >>> 0;
    if (frames === 0) throw namedError("WAV_EMPTY");
    this.#remaining = frames * frameBytes(layout);
    this.#target.begin(layout, frames);
  }
}

function formatName(code: number): InputFormat {
  for (const [name, value] of Object.entries(INPUT_FORMAT)) if (value === code) return name as InputFormat;
  throw new RecognizerError(
    "BAD_FORMAT",
    `the module names a sample format ${code} that this package does not know; build the model again`,
  );
}

import { INPUT_FORMAT, type InputFormat } from "../abi/status.js";
import { frameBytes, type SoundLayout } from "./converter.js";
import type { Engine } from "./engine.js";
import { namedError, RecognizerError } from "./errors.js";

/** Length of a RIFF header; a shorter file is not a WAV file. */
const RIFF_BYTES = 12;

/** Receives what follows the header of a WAV file. */
export interface WavTarget {
  /** The header has been read; `frames` frames of sound follow. */
  begin(layout: SoundLayout, frames: number): void;
  /** Bytes of sound, in pieces cut anywhere. */
  push(bytes: Uint8Array): void;
}

/** Takes a WAV file in pieces of any size. The module reads the header; exactly the announced frames are passed on to the target. */
export class WavInput {
  readonly #engine: Engine;
  readonly #target: WavTarget;
  #headerBytes = 0;
  /** Bytes of sound still to come; undefined inside the header. */
  #remaining: number | undefined;

  constructor(engine: Engine, target: WavTarget) {
    this.#engine = engine;
    this.#target = target;
    engine.exports.wavBegin();
  }

  /** Takes the next bytes of the file; returns false once all of the sound is there and the rest of the file does not matter. */
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

  /** Ends the file; throws if sound is missing. */
  end(): void {
    if (this.#remaining === undefined) throw namedError(this.#headerBytes < RIFF_BYTES ? "WAV_NOT_RIFF" : "WAV_NO_DATA");
    if (this.#remaining > 0) throw namedError("WAV_TRUNCATED");
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
  throw new RecognizerError("BAD_FORMAT", `the module reports the unknown sample format ${code}; build the model again`);
}

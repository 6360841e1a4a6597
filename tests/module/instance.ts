import assert from "node:assert/strict";
import type { ModuleExports } from "../../ts-tools/abi/exports.js";
import { INPUT_FORMAT, type InputFormat, statusSentence } from "../../ts-tools/abi/status.js";
import { SAMPLE_BYTES } from "../reference/decode.js";

/** A recording as a host has it: bytes of interleaved samples. */
export interface Sound {
  name: string;
  format: InputFormat;
  channels: number;
  rate: number;
  bytes: Uint8Array;
}

/** What the network says. */
export interface Answer {
  logits: Int32Array;
  probabilities: Float32Array;
  label: number;
  accepted: boolean;
}

/** What is said of a recording. */
export interface Classification extends Answer {
  level: number;
}

export function frameBytes(sound: Pick<Sound, "format" | "channels">): number {
  return SAMPLE_BYTES[sound.format] * sound.channels;
}

/** int16 samples as a recording. */
export function plainSound(name: string, samples: Int16Array, rate = 16000): Sound {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return { name, format: "s16", channels: 1, rate, bytes };
}

/** Drives one instance of the module as the list of its exports says. It shares no code with ts-tools/runtime. */
export class Instance {
  readonly exports: ModuleExports;

  private constructor(exports: ModuleExports) {
    this.exports = exports;
  }

  static async create(bytes: Uint8Array<ArrayBuffer>): Promise<Instance> {
    const { instance } = await WebAssembly.instantiate(bytes, {});
    return new Instance(instance.exports as unknown as ModuleExports);
  }

  /** All of the memory. */
  bytes(): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer);
  }

  int16(address: number, length: number): Int16Array {
    return new Int16Array(this.exports.memory.buffer, address, length).slice();
  }

  int32(address: number, length: number): Int32Array {
    return new Int32Array(this.exports.memory.buffer, address, length).slice();
  }

  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.exports.memory.buffer, address, length).slice();
  }

  /** One piece, whatever the status. */
  push(bytes: Uint8Array): number {
    this.bytes().set(bytes, this.exports.inputAddress());
    return this.exports.push(bytes.length);
  }

  /** All of a sound in pieces of a given number of frames of all channels, cut to what the input takes. */
  pushAll(sound: Sound, frames = Number.MAX_SAFE_INTEGER, after: () => void = () => {}): void {
    const unit = frameBytes(sound);
    const most = Math.floor(this.exports.inputCapacity() / unit);
    for (let left = sound.bytes.length / unit, at = 0; left > 0; ) {
      // A piece that the input does not take at once comes in several.
      for (let piece = Math.min(frames, left); piece > 0; ) {
        const step = Math.min(piece, most);
        ok(this.push(sound.bytes.subarray(at * unit, (at + step) * unit)), "push");
        after();
        at += step;
        piece -= step;
        left -= step;
      }
    }
  }

  setInput(sound: Sound): void {
    ok(this.exports.setInput(INPUT_FORMAT[sound.format], sound.channels, sound.rate), "setInput");
  }

  /** Samples of a sound at the module's rate. */
  length(sound: Sound): number {
    return ok(this.exports.resampledLength(sound.bytes.length / frameBytes(sound), sound.rate), "resampledLength");
  }

  /** Both level passes; setInput() was called. */
  level(sound: Sound, frames?: number): number {
    ok(this.exports.startLevel(this.length(sound)), "startLevel");
    this.pushAll(sound, frames);
    ok(this.exports.nextLevel(), "nextLevel");
    this.pushAll(sound, frames);
    return ok(this.exports.finishLevel(), "finishLevel");
  }

  /** The whole path, in pieces of a given number of frames. */
  classify(sound: Sound, frames?: number): Classification {
    this.setInput(sound);
    const level = this.level(sound, frames);
    ok(this.exports.start(level, this.length(sound)), "start");
    this.pushAll(sound, frames);
    ok(this.exports.finish(), "finish");
    return { level, ...this.answer() };
  }

  /** The sound as int16 samples at the module's rate. */
  convert(sound: Sound, frames?: number): Int16Array {
    const parts: Int16Array[] = [];
    const take = (): void => void parts.push(this.int16(this.exports.outputAddress(), this.exports.outputCount()));
    this.setInput(sound);
    ok(this.exports.startSamples(), "startSamples");
    this.pushAll(sound, frames, take);
    ok(this.exports.finishSamples(), "finishSamples");
    take();
    return Int16Array.from(parts.flatMap((part) => [...part]));
  }

  /** MFCCs of a sound, from its first sample on. */
  features(sound: Sound, level: number, frames?: number): Float32Array {
    const width = this.exports.coefficientCount();
    const parts: Float32Array[] = [];
    this.setInput(sound);
    ok(this.exports.startFeatures(level), "startFeatures");
    this.pushAll(sound, frames, () => parts.push(this.float32(this.exports.outputAddress(), this.exports.outputCount() * width)));
    return Float32Array.from(parts.flatMap((part) => [...part]));
  }

  pushFrame(row: Float32Array): number {
    new Float32Array(this.exports.memory.buffer, this.exports.mfccAddress(), row.length).set(row);
    return this.exports.pushFrame();
  }

  /** MFCCs [frames, coefficients] through the network alone. */
  network(mfcc: Float32Array, afterFrame: (frame: number) => void = () => {}): Answer {
    const width = this.exports.coefficientCount();
    this.exports.startNetwork();
    for (let frame = 0; frame < this.exports.frameCount(); frame++) {
      ok(this.pushFrame(mfcc.subarray(frame * width, (frame + 1) * width)), "pushFrame");
      afterFrame(frame);
    }
    ok(this.exports.finishNetwork(), "finishNetwork");
    return this.answer();
  }

  answer(): Answer {
    const classes = this.exports.classCount();
    return {
      logits: this.int32(this.exports.logitsAddress(), classes),
      probabilities: this.float32(this.exports.probabilitiesAddress(), classes),
      label: this.exports.label(),
      accepted: this.exports.accepted() === 1,
    };
  }
}

/** The status itself, when it is not an error. */
export function ok(status: number, call: string): number {
  assert.ok(status >= 0, `${call} answers ${status}: ${statusSentence(status)}`);
  return status;
}

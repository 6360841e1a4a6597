/** The sound that a caller passes, and what must be true of it. */
import { checkLayout, frameBytes, type SoundLayout } from "./converter.js";
import { RecognizerError } from "./errors.js";

/** Mono or interleaved samples: int16, or floats of full scale 1. */
export type Samples = Int16Array | Float32Array;

export interface SampleOptions {
  /** Hz, 8,000 to 192,000. */
  sampleRate: number;
  /** Interleaved channels, default 1; they are mixed down to one. */
  channels?: number;
}

/** How samples are laid out, which must be of a type that is taken. */
export function layoutOf(samples: Samples, options: SampleOptions): SoundLayout {
  if (!ArrayBuffer.isView(samples) || !(samples instanceof Int16Array || samples instanceof Float32Array)) {
    throw new RecognizerError("BAD_ARGUMENT", "samples must be an Int16Array or a Float32Array");
  }
  checkRateGiven(options);
  const { channels = 1, sampleRate } = options;
  const layout: SoundLayout = { format: samples instanceof Int16Array ? "s16" : "f32", channels, sampleRate };
  checkLayout(layout);
  return layout;
}

/** For callers without type checks. */
export function checkRateGiven(options: SampleOptions | undefined): void {
  if (options?.sampleRate !== undefined) return;
  throw new RecognizerError("BAD_ARGUMENT", "the sample rate is missing; pass it after the samples, as in { sampleRate: 16000 }");
}

export function checkBytes(bytes: Uint8Array | undefined): void {
  if (ArrayBuffer.isView(bytes) && !(bytes instanceof DataView) && bytes.BYTES_PER_ELEMENT === 1) return;
  throw new RecognizerError("BAD_ARGUMENT", "bytes must be a Uint8Array; wrap an ArrayBuffer in one");
}

/** The bytes of the caller's samples, without copying. */
export function bytesOf(samples: Samples | Uint8Array): Uint8Array {
  try {
    return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  } catch (cause) {
    const message = "the memory of these samples was transferred to another thread; pass a copy, or push them before the transfer";
    throw new RecognizerError("BAD_ARGUMENT", message, { cause });
  }
}

export function sameLayout(a: SoundLayout, b: SoundLayout): boolean {
  return a.format === b.format && a.channels === b.channels && a.sampleRate === b.sampleRate;
}

/** For a sound that is passed whole: samples of every channel. Its layout has been checked. */
export function checkWholeFrames(bytes: Uint8Array, layout: SoundLayout): void {
  if (bytes.length % frameBytes(layout) === 0) return;
  const samples = bytes.length / frameBytes({ ...layout, channels: 1 });
  const message = `${samples} samples are not whole frames of ${layout.channels} channels; pass the same number of samples of every channel`;
  throw new RecognizerError("BAD_PIECE", message);
}

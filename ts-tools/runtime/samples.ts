/** The sound that a caller passes, and what must be true of it. */
import type { InputFormat } from "../abi/status.js";
import { badArgument, RecognizerError } from "./errors.js";
import { checkLayout, frameBytes, type SoundLayout } from "./sound_layout.js";

/** Mono or interleaved samples: int16, or floats of full scale 1. */
export type Samples = Int16Array | Float32Array;

/** One array for each channel, all of one type and length. */
export type PlanarSamples = readonly Int16Array[] | readonly Float32Array[];

/** What the Web Audio API has a sound in: decodeAudioData(), OfflineAudioContext. It knows its rate and channels. */
export interface AudioBufferLike {
  /** Samples of one channel. */
  readonly length: number;
  /** Hz. */
  readonly sampleRate: number;
  /** Channels. */
  readonly numberOfChannels: number;
  /** The samples of one channel, full scale 1. */
  getChannelData(channel: number): Float32Array;
}

/** Sound in any form in which a program has samples. */
export type Sound = Samples | PlanarSamples | AudioBufferLike;

/** How samples are to be read. */
export interface SampleOptions {
  /** Hz, 8,000 to 192,000. */
  sampleRate: number;
  /** Channels, default 1; they are mixed down to one. Of interleaved samples they must be said. */
  channels?: number;
}

/** Frames that are interleaved at a time. */
const BLOCK_FRAMES = 4096;

/** How a sound is laid out once it is interleaved; it must be of a kind that is taken. */
export function layoutOf(sound: Sound, options: Partial<SampleOptions> | undefined): SoundLayout {
  const format = formatOf(sound);
  const own = isAudioBuffer(sound) ? sound.sampleRate : undefined;
  const planes = planeCount(sound);
  const { sampleRate = own, channels = planes ?? 1 } = options ?? {};
  checkRateGiven({ sampleRate });
  const layout: SoundLayout = { format, channels, sampleRate: sampleRate! };
  checkLayout(layout);
  if (planes !== undefined && channels !== planes) throw badArgument("channels", `${planes}, as the sound has`, channels);
  if (own !== undefined && sampleRate !== own) throw badArgument("sampleRate", `${own}, as the AudioBuffer has`, sampleRate);
  return layout;
}

function formatOf(sound: Sound): InputFormat {
  if (isAudioBuffer(sound)) return "f32";
  const formats = Array.isArray(sound) ? sound.map(typedFormat) : [typedFormat(sound)];
  if (formats.length > 0 && formats[0] !== undefined && formats.every((format) => format === formats[0])) return formats[0];
  const message =
    "samples must be an Int16Array or a Float32Array, an array with one of them for each channel (all of one type), or an AudioBuffer";
  throw new RecognizerError("BAD_ARGUMENT", message);
}

/** By name, not by class: an array may come from another window. */
function typedFormat(samples: unknown): "s16" | "f32" | undefined {
  if (!ArrayBuffer.isView(samples)) return undefined;
  const { [Symbol.toStringTag]: name } = samples as Samples;
  return name === "Int16Array" ? "s16" : name === "Float32Array" ? "f32" : undefined;
}

function isAudioBuffer(sound: unknown): sound is AudioBufferLike {
  return typeof sound === "object" && sound !== null && typeof (sound as Partial<AudioBufferLike>).getChannelData === "function";
}

/** Channels that are there one by one; undefined of interleaved samples. */
function planeCount(sound: Sound): number | undefined {
  if (isAudioBuffer(sound)) return sound.numberOfChannels;
  return Array.isArray(sound) ? sound.length : undefined;
}

/** Passes on all of a sound as interleaved bytes, without a copy if it is interleaved already. The bytes are valid only during the call. */
export function eachPiece(sound: Sound, { format }: SoundLayout, take: (bytes: Uint8Array) => void): void {
  const planes = planesOf(sound);
  if (planes === undefined) {
    take(bytesOf(sound as Samples));
    return;
  }
  const length = planes[0]?.length ?? 0;
  const block = new (format === "s16" ? Int16Array : Float32Array)(planes.length * Math.min(BLOCK_FRAMES, length));
  for (let start = 0; start < length; start += BLOCK_FRAMES) {
    const frames = Math.min(BLOCK_FRAMES, length - start);
    for (const [channel, plane] of planes.entries())
      for (let frame = 0; frame < frames; frame++) block[frame * planes.length + channel] = plane[start + frame]!;
    take(bytesOf(block.subarray(0, frames * planes.length)));
  }
}

/** A copy of a sound as interleaved samples, in memory of its own. */
export function asSamples(sound: Sound, layout: SoundLayout): Samples {
  const bytes = new Uint8Array(Math.ceil(frameCountOf(sound, layout) * frameBytes(layout)));
  let length = 0;
  eachPiece(sound, layout, (piece) => {
    bytes.set(piece, length);
    length += piece.length;
  });
  return new (layout.format === "s16" ? Int16Array : Float32Array)(bytes.buffer);
}

function planesOf(sound: Sound): PlanarSamples | undefined {
  if (isAudioBuffer(sound)) return Array.from({ length: sound.numberOfChannels }, (_, channel) => sound.getChannelData(channel));
  return Array.isArray(sound) ? (sound as PlanarSamples) : undefined;
}

/** Frames of a sound; of interleaved samples with a part of a frame not a whole number. */
export function frameCountOf(sound: Sound, layout: SoundLayout): number {
  if (isAudioBuffer(sound)) return sound.length;
  if (Array.isArray(sound)) return (sound as PlanarSamples)[0]!.length;
  return bytesOf(sound as Samples).length / frameBytes(layout);
}

/** Throws if the memory of samples is gone, or channels that are there one by one differ in length. */
export function checkMemory(sound: Sound): void {
  if (isAudioBuffer(sound)) return;
  if (!Array.isArray(sound)) {
    bytesOf(sound as Samples);
    return;
  }
  const planes = sound as PlanarSamples;
  for (const plane of planes) bytesOf(plane);
  const lengths = planes.map(({ length }) => length);
  if (lengths.every((length) => length === lengths[0])) return;
  const message = `the channels have ${lengths.slice(0, 8).join(", ")} samples; pass the same number of every channel`;
  throw new RecognizerError("BAD_PIECE", message);
}

/** For callers without type checks. */
export function checkRateGiven(options: { sampleRate?: number | undefined } | undefined): void {
  if (options?.sampleRate !== undefined) return;
  throw new RecognizerError("BAD_ARGUMENT", "the sample rate is missing; pass it after the samples, as in { sampleRate: 16000 }");
}

export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (ArrayBuffer.isView(bytes) && !(bytes instanceof DataView) && (bytes as Uint8Array).BYTES_PER_ELEMENT === 1) return;
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

/** For a sound that is passed whole: samples of every channel. Its layout has been checked, by the module too. */
export function checkWholeFrames(sound: Sound, layout: SoundLayout): void {
  const frames = frameCountOf(sound, layout);
  if (Number.isInteger(frames)) return;
  const message = `${frames * layout.channels} samples are not whole frames of ${layout.channels} channels; pass the same number of samples of every channel`;
  throw new RecognizerError("BAD_PIECE", message);
}

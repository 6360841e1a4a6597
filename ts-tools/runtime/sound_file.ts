/** Sound files as a page has them: a file that was chosen or recorded, or its bytes. */
import { badArgument, RecognizerError } from "./errors.js";

/** A whole sound file: of an input element, of MediaRecorder, of fetch(). */
export type SoundFile = Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>;

/** What classify() takes. */
export interface DecodedSound {
  /** Interleaved, full scale 1. */
  samples: Float32Array;
  /** Hz. */
  sampleRate: number;
  /** As many as the file has. */
  channels: number;
}

/** Of browsers; the types of Node do not have it, and no other part of it is used. */
interface OfflineAudioContextLike {
  decodeAudioData(bytes: ArrayBuffer): Promise<{
    length: number;
    sampleRate: number;
    numberOfChannels: number;
    getChannelData(channel: number): Float32Array;
  }>;
}

/** Where a file does not say its rate in a simple way: that of Opus, and of most recorders. */
const DEFAULT_RATE = 48000;

export async function fileBytes(file: SoundFile): Promise<Uint8Array<ArrayBuffer>> {
  if (ArrayBuffer.isView(file)) return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  if (file instanceof ArrayBuffer) return new Uint8Array(file);
  if (typeof Blob !== "undefined" && file instanceof Blob) return new Uint8Array(await file.arrayBuffer());
  throw badArgument("the sound file", "a Blob, an ArrayBuffer or a Uint8Array", file);
}

/**
 * Decodes a sound file with the browser's own decoders: FLAC, MP3, Ogg, M4A, WebM and what else it knows. classifyFile() leaves WAV files to the module, so that
 * every engine reads the same samples. Workers have no such decoders: decode on the page, and send the worker the samples.
 */
export async function decodeSoundFile(file: SoundFile): Promise<DecodedSound> {
  return decodeBytes(await fileBytes(file), "sound");
}

/** As decodeSoundFile(); `name` is that of the format, for sentences. */
export async function decodeBytes(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<DecodedSound> {
  const { OfflineAudioContext } = globalThis as {
    OfflineAudioContext?: new (channels: number, length: number, rate: number) => OfflineAudioContextLike;
  };
  if (OfflineAudioContext === undefined) {
    const message = `this ${name} file needs a browser's page to be decoded, and this is none; decode it there with decodeSoundFile(), or convert it to WAV`;
    throw new RecognizerError("BAD_FORMAT", message);
  }
  // Decoding resamples to the context's rate: with the file's own rate, no sample changes.
  const context = new OfflineAudioContext(1, 1, rateOf(bytes) ?? DEFAULT_RATE);
  try {
    // It takes the bytes away from whoever holds them.
    const sound = await context.decodeAudioData(bytes.slice().buffer);
    const channels = sound.numberOfChannels;
    const samples = new Float32Array(sound.length * channels);
    for (let channel = 0; channel < channels; channel++) {
      const from = sound.getChannelData(channel);
      for (let index = 0; index < from.length; index++) samples[index * channels + channel] = from[index]!;
    }
    return { samples, sampleRate: sound.sampleRate, channels };
  } catch (cause) {
    const message = `this browser cannot decode this ${name} file, which may be damaged; convert it: ffmpeg -i SOUND sound.wav`;
    throw new RecognizerError("BAD_FORMAT", message, { cause });
  }
}

/** The name of the format if the module says that a file is not WAV but another sound, by its status; undefined for every other error. */
export function foreignFormat(error: unknown): string | undefined {
  return error instanceof RecognizerError && error.status.startsWith("IS_") ? error.status.slice("IS_".length) : undefined;
}

/** Hz of a file whose header says it in a fixed place; undefined of others. */
function rateOf(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 64) return undefined;
  let rate: number | undefined;
  // STREAMINFO comes first, and the rate has 20 bits.
  if (latin1(bytes, 0, 4) === "fLaC") rate = view.getUint32(18) >>> 12;
  // The first packet begins after the page's header of 28 bytes.
  else if (latin1(bytes, 28, 7) === "\x01vorbis") rate = view.getUint32(40, true);
  else if (view.getUint16(0) >= 0xffe0 && (bytes[1]! & 6) !== 0)
    rate = [44100, 48000, 32000][(bytes[2]! >> 2) & 3]! / ([4, 1, 2, 1][(bytes[1]! >> 3) & 3] ?? 1);
  return rate !== undefined && rate >= 8000 && rate <= 96000 ? rate : undefined;
}

function latin1(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

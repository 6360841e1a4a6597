/** Uncompressed sound, and the header that makes a WAV file of it. */
import { type InputFormat, SAMPLE_BYTES } from "../abi/status.js";
import { frameBytes, type SoundLayout } from "../runtime/converter.js";

/** Hz that the module takes (assembly/sound/rates.ts). */
export const LEAST_RATE = 8000;
export const MOST_RATE = 192_000;

/** The number of a coding in a WAV file; integers are 1. */
const TAGS: Readonly<Partial<Record<InputFormat, number>>> = { f32: 3, f64: 3, alaw: 6, mulaw: 7 };

/** What a header says of a length that is not known, or that its 32 bits cannot hold. */
const UNKNOWN_BYTES = 0xffffffff;

/** The 44 bytes in front of the samples of a WAV file. `dataBytes` is undefined where the length is not known. */
export function wavHeader(layout: SoundLayout, dataBytes: number | undefined): Uint8Array {
  const header = Buffer.alloc(44);
  const known = dataBytes !== undefined && dataBytes + header.length < UNKNOWN_BYTES;
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(known ? dataBytes + header.length - 8 : UNKNOWN_BYTES, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(TAGS[layout.format] ?? 1, 20);
  header.writeUInt16LE(layout.channels, 22);
  header.writeUInt32LE(layout.sampleRate, 24);
  header.writeUInt32LE((layout.sampleRate * frameBytes(layout)) % 2 ** 32, 28);
  header.writeUInt16LE(frameBytes(layout) % 2 ** 16, 32);
  header.writeUInt16LE(8 * SAMPLE_BYTES[layout.format], 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(known ? dataBytes : UNKNOWN_BYTES, 40);
  return header;
}

/** A WAV file of 16-bit mono samples. */
export function wavOf(samples: Int16Array, sampleRate: number): Uint8Array {
  const header = wavHeader({ format: "s16", channels: 1, sampleRate }, samples.byteLength);
  const file = new Uint8Array(header.length + samples.byteLength);
  file.set(header);
  file.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), header.length);
  return file;
}

/** A piece of decoded sound. The layout of all pieces of a sound is the same. */
export interface PcmPiece {
  layout: SoundLayout;
  bytes: Uint8Array;
}

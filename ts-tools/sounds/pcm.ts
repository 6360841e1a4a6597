/** Uncompressed sound: how its bytes are read, and the header that makes a WAV file of them. */

export const PCM_FORMATS = {
  u8: { bytes: 1, tag: 1 },
  s16: { bytes: 2, tag: 1 },
  s24: { bytes: 3, tag: 1 },
  s32: { bytes: 4, tag: 1 },
  f32: { bytes: 4, tag: 3 },
  f64: { bytes: 8, tag: 3 },
  alaw: { bytes: 1, tag: 6 },
  mulaw: { bytes: 1, tag: 7 },
} as const;
export type PcmFormat = keyof typeof PCM_FORMATS;

/** Little-endian, interleaved. */
export interface PcmLayout {
  format: PcmFormat;
  channels: number;
  /** Hz. */
  sampleRate: number;
}

/** Bytes of one frame of all channels. */
export function pcmFrameBytes({ format, channels }: PcmLayout): number {
  return PCM_FORMATS[format].bytes * channels;
}

/** What a header says of a length that is not known, or that its 32 bits cannot hold. */
const UNKNOWN_BYTES = 0xffffffff;

/** The 44 bytes in front of the samples of a WAV file. `dataBytes` is undefined where the length is not known. */
export function wavHeader(layout: PcmLayout, dataBytes: number | undefined): Uint8Array {
  const header = Buffer.alloc(44);
  const { bytes, tag } = PCM_FORMATS[layout.format];
  const known = dataBytes !== undefined && dataBytes + header.length < UNKNOWN_BYTES;
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(known ? dataBytes + header.length - 8 : UNKNOWN_BYTES, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(tag, 20);
  header.writeUInt16LE(layout.channels, 22);
  header.writeUInt32LE(layout.sampleRate, 24);
  header.writeUInt32LE((layout.sampleRate * pcmFrameBytes(layout)) % 2 ** 32, 28);
  header.writeUInt16LE(pcmFrameBytes(layout) % 2 ** 16, 32);
  header.writeUInt16LE(8 * bytes, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(known ? dataBytes : UNKNOWN_BYTES, 40);
  return header;
}

/** A piece of decoded sound. The layout of all pieces of a sound is the same. */
export interface PcmPiece {
  layout: PcmLayout;
  bytes: Uint8Array;
}

/** Frames of MPEG audio, layers I to III: their headers, and what the first one says of the whole file. */

/** kbit/s of layers I to III in MPEG 1, and of layer I and layers II and III in MPEG 2. */
const BITRATES = [
  [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;

export interface MpegFrame {
  bytes: number;
  /** Of each channel. */
  samples: number;
  isMono: boolean;
  /** Bytes before the main data of layer III: the header and the side information. */
  headBytes: number;
}

/** The frame that begins there; undefined if none does. */
export function mpegFrame(bytes: Buffer, at: number): MpegFrame | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined;
  const version = (bytes[at + 1]! >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
  const [bitrate, rate] = [bytes[at + 2]! >> 4, (bytes[at + 2]! >> 2) & 3];
  if (version === 1 || layer === 4 || rate === 3 || bitrate === 0 || bitrate === 15) return undefined;
  const isMpeg1 = version === 3;
  const row = isMpeg1 ? layer - 1 : layer === 1 ? 3 : 4;
  const sampleRate = [44100, 48000, 32000][rate]! / (isMpeg1 ? 1 : version === 2 ? 2 : 4);
  const bits = BITRATES[row]![bitrate]! * 1000;
  const padding = (bytes[at + 2]! >> 1) & 1;
  const samples = layer === 1 ? 384 : layer === 3 && !isMpeg1 ? 576 : 1152;
  const slots = Math.floor(((layer === 1 ? 12 : samples / 8) * bits) / sampleRate) + padding;
  const isMono = bytes[at + 3]! >> 6 === 3;
  const sideBytes = isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  return { bytes: layer === 1 ? 4 * slots : slots, samples, isMono, headBytes: 4 + sideBytes };
}

/** Whether that many frames lie there, one right after the other: the few bits that mark one occur in any noise. */
export function isMpegAudio(bytes: Buffer, at: number, frames: number): boolean {
  let next = at;
  for (let count = 0; count < frames; count++) {
    const frame = mpegFrame(bytes, next);
    if (frame === undefined) return false;
    next += frame.bytes;
  }
  return true;
}

/** Where the first of that many frames lies; undefined if there are none. */
export function findMpegAudio(bytes: Buffer, frames: number): number | undefined {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) if (isMpegAudio(bytes, at, frames)) return at;
  return undefined;
}

/** Bytes from the tag's mark to the encoder delay that LAME adds. */
const LAME_DELAY_AT = 141;

/** The samples of each channel that a file has by the tag in its first frame (of Xing and LAME, or VBRI); undefined without such a tag. */
export function promisedSamples(bytes: Buffer, at: number): number | undefined {
  const frame = mpegFrame(bytes, at);
  if (frame === undefined) return undefined;
  const text = (offset: number): string => bytes.toString("latin1", offset, offset + 4);
  const vbri = at + 36;
  if (text(vbri) === "VBRI" && vbri + 18 <= bytes.length) return frame.samples * bytes.readUInt32BE(vbri + 14);
  const tag = at + frame.headBytes;
  if ((text(tag) !== "Xing" && text(tag) !== "Info") || tag + LAME_DELAY_AT + 3 > bytes.length) return undefined;
  const fields = bytes[tag + 7]!;
  if ((fields & 1) === 0) return undefined;
  const all = frame.samples * bytes.readUInt32BE(tag + 8);
  // Delay and padding, 12 bits each, which the decoder takes off. They lie after all of Xing's fields.
  const delays = (fields & 15) === 15 ? bytes.readUIntBE(tag + LAME_DELAY_AT, 3) : 0;
  return Math.max(0, all - (delays >> 12) - (delays & 0xfff));
}

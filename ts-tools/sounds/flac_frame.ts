import { crc8, crc16, FlacBits } from "./flac_bits.js";
import { decodeSubframe } from "./flac_subframe.js";

/** What the head of a stream says. */
export interface FlacInfo {
  /** Hz. */
  sampleRate: number;
  channels: number;
  bitDepth: number;
  /** Samples of each channel; 0 if it does not know. */
  samples: number;
  /** The most samples of a channel in one frame. */
  mostBlockSamples: number;
}

export interface FlacFrame {
  /** [channels][samples], integers. */
  channelData: Int32Array[];
  /** Bytes of the frame. */
  bytes: number;
}

/** Bytes of STREAMINFO. */
export const INFO_BYTES = 34;

/** Reads STREAMINFO (RFC 9639, section 8.2). */
export function readInfo(bytes: Uint8Array, at: number): FlacInfo {
  const bits = new FlacBits(bytes, at + 2);
  const mostBlockSamples = bits.read(16);
  // Bytes of the smallest and the largest frame, which encoders need not know.
  bits.read(24);
  bits.read(24);
  const [sampleRate, channels, bitDepth] = [bits.read(20), bits.read(3) + 1, bits.read(5) + 1];
  const samples = bits.read(4) * 2 ** 32 + bits.read(32);
  if (sampleRate === 0 || bitDepth < 4 || mostBlockSamples < 16) throw new Error("its head is damaged");
  return { sampleRate, channels, bitDepth, samples, mostBlockSamples };
}

/** No frame has more bytes: twice those of its samples as they are. */
export function mostFrameBytes({ channels, bitDepth, mostBlockSamples }: FlacInfo): number {
  return 64 + Math.ceil((channels * mostBlockSamples * (bitDepth + 1)) / 4);
}

/** Decodes the frame that begins there (RFC 9639, section 9). Throws OutOfBytes if it goes on after the bytes, and another error if it is damaged or none begins there. */
export function decodeFrame(bytes: Uint8Array, at: number, info: FlacInfo): FlacFrame {
  const bits = new FlacBits(bytes, at);
  const { blockSamples, assignment } = readHeader(bits, bytes, at, info);
  const side = SIDE_CHANNEL[assignment - 8];
  const channels = Array.from({ length: info.channels }, (_, channel) =>
    decodeSubframe(bits, blockSamples, info.bitDepth + (channel === side ? 1 : 0)),
  );
  const crcAt = bits.byteOffset;
  new FlacBits(bytes, crcAt).read(16);
  if (crc16(bytes, at, crcAt + 2) !== 0) throw new Error("a frame has a wrong checksum");
  if (side !== undefined) undoSides(assignment, channels[0]!, channels[1]!);
  return { channelData: channels.map((samples) => new Int32Array(samples)), bytes: crcAt + 2 - at };
}

const RATES = [0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000] as const;
const BIT_DEPTHS = [0, 8, 12, -1, 16, 20, 24, 32] as const;
/** Which channel is the difference of both, by assignments 8 to 10. */
const SIDE_CHANNEL = [1, 0, 1] as const;

/** Reads a frame's header, which must fit the head of the stream (RFC 9639, section 9.1). */
function readHeader(bits: FlacBits, bytes: Uint8Array, at: number, info: FlacInfo): { blockSamples: number; assignment: number } {
  if (bits.read(15) !== 0x7ffc) throw new Error("no frame begins there");
  bits.read(1);
  const [sizeCode, rateCode, assignment, depthCode] = [bits.read(4), bits.read(4), bits.read(4), bits.read(3)];
  bits.read(1);
  // The number of the frame or of its first sample is written as UTF-8 writes a character: the ones before the first zero are its bytes.
  const first = bits.read(8);
  const more = Math.clz32(~first & 0xff) - 24;
  if (more > 1) for (let index = 1; index < more; index++) bits.read(8);
  const blockSamples = sizeCode === 6 ? bits.read(8) + 1 : sizeCode === 7 ? bits.read(16) + 1 : blockOfCode(sizeCode);
  let sampleRate: number = RATES[rateCode] ?? -1;
  if (rateCode === 12) sampleRate = 1000 * bits.read(8);
  else if (rateCode === 13) sampleRate = bits.read(16);
  else if (rateCode === 14) sampleRate = 10 * bits.read(16);
  bits.read(8);
  if (crc8(bytes, at, bits.byteOffset) !== 0) throw new Error("a frame's header has a wrong checksum");
  const channels = assignment < 8 ? assignment + 1 : assignment <= 10 ? 2 : -1;
  const depth = BIT_DEPTHS[depthCode]!;
  if (channels !== info.channels || (depth !== 0 && depth !== info.bitDepth) || (sampleRate !== 0 && sampleRate !== info.sampleRate))
    throw new Error("a frame does not fit the head of the file");
  if (blockSamples === 0 || blockSamples > info.mostBlockSamples) throw new Error("a frame is longer than the head of the file says");
  return { blockSamples, assignment };
}

function blockOfCode(code: number): number {
  if (code >= 8) return 2 ** code;
  return code === 0 ? 0 : code === 1 ? 192 : 144 * 2 ** code;
}

/** Turns a channel and the difference of both, or half their sum and their difference, into left and right, in place (RFC 9639, section 4.2). */
function undoSides(assignment: number, first: Float64Array, second: Float64Array): void {
  for (let index = 0; index < first.length; index++) {
    const [a, b] = [first[index]!, second[index]!];
    if (assignment === 8) second[index] = a - b;
    else if (assignment === 9) first[index] = a + b;
    else {
      // The lowest bit of the sum is that of the difference.
      const sum = 2 * a + Math.abs(b % 2);
      first[index] = (sum + b) / 2;
      second[index] = (sum - b) / 2;
    }
  }
}

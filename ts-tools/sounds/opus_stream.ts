/** Opus, whatever carries it: packets to samples at 48 kHz. */

import { type OggPage, OggPages } from "./ogg_pages.js";
import { type Decoded, NOTHING, type PacketDecoder, type PieceDecoder } from "./piece_decoder.js";
import { WebmBlocks } from "./webm_blocks.js";

const SAMPLE_RATE = 48000;

/** What makes a decoder of `opus-decoder`. */
export type OpusDecoders = new (options: {
  channels: number;
  streamCount: number;
  coupledStreamCount: number;
  channelMappingTable: number[];
}) => PacketDecoder;

/** One stream of packets: what the decoder must skip at its beginning, and its gain, are in its head (RFC 7845, section 5.1). */
class OpusStream {
  readonly channels: number;
  /** Samples that were decoded, those to skip among them. */
  decoded = 0;
  readonly #decoder: PacketDecoder;
  readonly #gain: number;
  #toSkip: number;

  private constructor(decoder: PacketDecoder, channels: number, toSkip: number, gain: number) {
    this.#decoder = decoder;
    this.channels = channels;
    this.#toSkip = toSkip;
    this.#gain = gain;
  }

  static async open(Decoder: OpusDecoders, packet: Uint8Array): Promise<OpusStream> {
    const head = Buffer.from(packet);
    if (head.length < 19 || head.toString("latin1", 0, 8) !== "OpusHead") throw new Error("it has no head");
    const channels = head[9]!;
    const mapped = head[18]! > 0;
    if (channels === 0 || (mapped ? head.length < 21 + channels : channels > 2))
      throw new Error("its head says a wrong number of channels");
    const decoder = new Decoder({
      channels,
      streamCount: mapped ? head[19]! : 1,
      coupledStreamCount: mapped ? head[20]! : channels - 1,
      channelMappingTable: mapped ? [...head.subarray(21, 21 + channels)] : channels === 2 ? [0, 1] : [0],
    });
    await decoder.ready;
    return new OpusStream(decoder, channels, head.readUInt16LE(10), 10 ** (head.readInt16LE(16) / 256 / 20));
  }

  /** Decodes packets; `discard` samples at the end of the last one are left out. */
  decode(packets: Uint8Array[], discard = 0): Decoded {
    const { channelData, samplesDecoded, errors } = this.#decoder.decodeFrames(packets);
    this.decoded += samplesDecoded;
    const from = Math.min(this.#toSkip, samplesDecoded);
    this.#toSkip -= from;
    const to = Math.max(from, samplesDecoded - discard);
    const channels = channelData.map((samples) => samples.subarray(from, to));
    if (this.#gain !== 1) for (const samples of channels) for (let i = 0; i < samples.length; i++) samples[i]! *= this.#gain;
    return { channelData: channels, samplesDecoded: to - from, sampleRate: SAMPLE_RATE, errors };
  }

  close(): void {
    this.#decoder.free();
  }
}

/** Opus in Ogg: .opus, .ogg and what messengers send. */
export class OggOpusDecoder implements PieceDecoder {
  readonly #Decoder: OpusDecoders;
  readonly #pages = new OggPages();
  #stream: OpusStream | undefined;
  /** Comments are still to come. */
  #inHead = false;

  constructor(Decoder: OpusDecoders) {
    this.#Decoder = Decoder;
  }

  async decode(bytes: Uint8Array): Promise<Decoded[]> {
    return this.#decodePages(this.#pages.push(bytes));
  }

  async #decodePages(pages: readonly OggPage[]): Promise<Decoded[]> {
    const decoded: Decoded[] = [];
    for (const page of pages) {
      let { packets } = page;
      if (page.isFirst) {
        this.#stream?.close();
        this.#stream = await OpusStream.open(this.#Decoder, packets[0] ?? new Uint8Array(0));
        this.#inHead = true;
        packets = packets.slice(1);
      }
      if (this.#inHead && packets.length > 0) {
        this.#inHead = false;
        packets = packets.slice(1);
      }
      if (packets.length === 0 || !this.#stream) continue;
      const before = this.#stream.decoded;
      const samples = packets.reduce((sum, packet) => sum + packetSamples(packet), 0);
      // The last page says where the sound ends. A stream that does not begin at 0 says something else, which is larger.
      const surplus = page.isLast ? before + samples - page.granule : 0;
      decoded.push(this.#stream.decode(packets, surplus > 0 && surplus <= samples ? surplus : 0));
    }
    return decoded;
  }

  async end(): Promise<Decoded[]> {
    const decoded = await this.#decodePages(this.#pages.end());
    const errors = [];
    if (this.#pages.damaged > 0) errors.push({ message: "bytes between its pages were left out" });
    if (!this.#pages.isEnded) errors.push({ message: "it ends early" });
    return [...decoded, { ...NOTHING, errors }];
  }
}

/** Opus in WebM, as MediaRecorder writes it. */
export class WebmOpusDecoder implements PieceDecoder {
  readonly #Decoder: OpusDecoders;
  readonly #blocks = new WebmBlocks();
  #stream: OpusStream | undefined;

  constructor(Decoder: OpusDecoders) {
    this.#Decoder = Decoder;
  }

  async decode(bytes: Uint8Array): Promise<Decoded[]> {
    const frames = this.#blocks.push(bytes);
    return this.#decodeFrames(frames);
  }

  async end(): Promise<Decoded[]> {
    const decoded = await this.#decodeFrames(this.#blocks.end());
    const fault = this.#blocks.fault ?? (this.#blocks.isCut ? "it ends early" : undefined);
    return fault === undefined ? decoded : [...decoded, { ...NOTHING, errors: [{ message: fault }] }];
  }

  async #decodeFrames(frames: ReturnType<WebmBlocks["end"]>): Promise<Decoded[]> {
    if (frames.length === 0) return [];
    this.#stream ??= await OpusStream.open(this.#Decoder, this.#blocks.head ?? new Uint8Array(0));
    const discard = Math.round((frames.at(-1)!.discardNs * SAMPLE_RATE) / 1e9);
    return [
      this.#stream.decode(
        frames.map(({ bytes }) => bytes),
        discard,
      ),
    ];
  }
}

/** Samples at 48 kHz of a packet, from its first two bytes (RFC 6716, section 3.1). */
function packetSamples(packet: Uint8Array): number {
  const [toc = 0, second = 0] = packet;
  if (packet.length === 0) return 0;
  const config = toc >> 3;
  const samples = config < 12 ? [480, 960, 1920, 2880][config & 3]! : config < 16 ? [480, 960][config & 1]! : 120 << (config & 3);
  const code = toc & 3;
  return samples * (code === 0 ? 1 : code === 3 ? second & 63 : 2);
}

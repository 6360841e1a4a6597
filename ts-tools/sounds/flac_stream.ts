/**
 * FLAC, as it is or in Ogg: bytes to samples. Our own, because the packages that there are do not return what was encoded: @wasm-audio-decoders/flac
 * drops a last frame of a few bytes (digital silence), and libflacjs guesses which bytes of a sample occur twice.
 */
import { OutOfBytes } from "./flac_bits.js";
import { decodeFrame, type FlacInfo, INFO_BYTES, mostFrameBytes, readInfo } from "./flac_frame.js";
import { type OggPage, OggPages } from "./ogg_pages.js";
import { type Decoded, NOTHING, type PieceDecoder } from "./piece_decoder.js";

const MARK = "fLaC";
/** The mark, and the header of a block of metadata. */
const BLOCK_HEADER_BYTES = 4;

/** Streams of FLAC one after another, in pieces of any size. Frames that are damaged are left out; what follows them is decoded. */
export class FlacDecoder implements PieceDecoder {
  #rest: Buffer = Buffer.alloc(0);
  #info: FlacInfo | undefined;
  /** Metadata is still to come. */
  #inHead = false;
  /** Bytes still to come of a block of metadata, which may be a picture. */
  #skip = 0;
  /** Samples of this stream. */
  #decoded = 0;
  #errors: { message: string }[] = [];
  /** Nothing is read any more: what follows the sound is not sound. */
  #isOver = false;

  async decode(bytes: Uint8Array): Promise<Decoded[]> {
    return this.#read(bytes, false);
  }

  async end(): Promise<Decoded[]> {
    const decoded = this.#read(new Uint8Array(0), true);
    this.#endStream();
    return [...decoded, { ...NOTHING, errors: this.#errors }];
  }

  #read(bytes: Uint8Array, isLast: boolean): Decoded[] {
    const decoded: Decoded[] = [];
    this.#rest = Buffer.concat([this.#rest, bytes]);
    let at = 0;
    while (at < this.#rest.length && !this.#isOver) {
      // The beginning of a mark would look like damage.
      if (this.#rest.length - at < MARK.length && !isLast) break;
      const isHead = this.#skip > 0 || this.#inHead || this.#startsStream(at);
      const next = isHead ? this.#readHead(at) : this.#readFrame(at, isLast, decoded);
      if (next === undefined) break;
      at = next;
    }
    this.#rest = Buffer.from(this.#rest.subarray(at));
    return decoded;
  }

  #startsStream(at: number): boolean {
    return this.#rest.toString("latin1", at, at + MARK.length) === MARK;
  }

  /** Reads a mark or a block of metadata. Returns where the next thing begins; undefined if this one is not all there. */
  #readHead(at: number): number | undefined {
    const available = this.#rest.length - at;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, available);
      this.#skip -= skipped;
      return at + skipped;
    }
    if (!this.#inHead) {
      const begin = at + MARK.length + BLOCK_HEADER_BYTES;
      if (begin + INFO_BYTES > this.#rest.length) return undefined;
      this.#endStream();
      if ((this.#rest[at + MARK.length]! & 0x7f) !== 0) throw new Error("its head is damaged");
      this.#info = readInfo(this.#rest, begin);
      this.#decoded = 0;
      this.#inHead = (this.#rest[at + MARK.length]! & 0x80) === 0;
      return begin + INFO_BYTES;
    }
    if (available < BLOCK_HEADER_BYTES) return undefined;
    this.#inHead = (this.#rest[at]! & 0x80) === 0;
    this.#skip = this.#rest.readUIntBE(at + 1, 3);
    return at + BLOCK_HEADER_BYTES;
  }

  #readFrame(at: number, isLast: boolean, decoded: Decoded[]): number | undefined {
    const info = this.#info;
    if (info === undefined) throw new Error("its head is damaged");
    try {
      const { channelData, bytes } = decodeFrame(this.#rest, at, info);
      const samplesDecoded = channelData[0]!.length;
      this.#decoded += samplesDecoded;
      decoded.push({ channelData, samplesDecoded, sampleRate: info.sampleRate, bitDepth: info.bitDepth, errors: [] });
      return at + bytes;
    } catch (error) {
      const canGoOn = !isLast && this.#rest.length - at <= mostFrameBytes(info);
      if (error instanceof OutOfBytes && canGoOn) return undefined;
      return this.#afterDamage(at, error instanceof OutOfBytes && isLast ? "it ends early" : "some of its frames are damaged");
    }
  }

  /** Where the next frame or stream may begin. */
  #afterDamage(at: number, message: string): number {
    const isTag = this.#rest.toString("latin1", at, at + 3) === "TAG";
    this.#isOver = isTag || (this.#info!.samples > 0 && this.#decoded >= this.#info!.samples);
    if (this.#isOver) return at;
    if (this.#errors.length === 0) this.#errors.push({ message });
    let next = at + 1;
    while (next < this.#rest.length && !this.#mayBegin(next)) next++;
    return next;
  }

  /** Whether the first bits of a frame or a mark are there, or as many of them as the bytes have. */
  #mayBegin(at: number): boolean {
    const [first, second] = [this.#rest[at], this.#rest[at + 1]];
    if (first === 0xff) return second === undefined || (second & 0xfe) === 0xf8;
    return MARK.startsWith(this.#rest.toString("latin1", at, at + MARK.length));
  }

  #endStream(): void {
    const promised = this.#info?.samples ?? 0;
    if (this.#decoded >= promised) return;
    const count = (samples: number): string => samples.toLocaleString("en-US");
    this.#errors.unshift({ message: `${count(this.#decoded)} of ${count(promised)} samples are there` });
  }
}

/** Bytes of the first packet before the stream as it is outside of Ogg (RFC 9639, section 10.1). */
const OGG_HEAD_BYTES = 9;

/** FLAC in Ogg. */
export class OggFlacDecoder implements PieceDecoder {
  readonly #pages = new OggPages();
  readonly #flac = new FlacDecoder();

  async decode(bytes: Uint8Array): Promise<Decoded[]> {
    return this.#flac.decode(bytesOf(this.#pages.push(bytes)));
  }

  async end(): Promise<Decoded[]> {
    const decoded = [...(await this.#flac.decode(bytesOf(this.#pages.end()))), ...(await this.#flac.end())];
    return this.#pages.isEnded ? decoded : [...decoded, { ...NOTHING, errors: [{ message: "it ends early" }] }];
  }
}

function bytesOf(pages: readonly OggPage[]): Uint8Array {
  return Buffer.concat(
    pages.flatMap(({ packets, isFirst }) => (isFirst ? packets.map((packet) => packet.subarray(OGG_HEAD_BYTES)) : packets)),
  );
}

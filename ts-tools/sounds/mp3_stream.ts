import { findMpegAudio, mpegFrame, promisedSamples } from "./mpeg_frame.js";
import { type Decoded, NOTHING, type PieceDecoder, type StreamDecoder } from "./piece_decoder.js";

/** Enough for the first two frames, and for what some files have before them. */
const HEAD_BYTES = 8192;

/** MP3: the package decodes it, always to two channels, and does not complain about a file that ends early. */
export class Mp3Decoder implements PieceDecoder {
  readonly #decoder: StreamDecoder;
  #head: Buffer | undefined = Buffer.alloc(0);
  #isMono = false;
  /** Samples that the first frame says the file has; 0 if it does not. */
  #promised = 0;
  /** Of each frame. */
  #frameSamples = 0;
  #decoded = 0;

  constructor(decoder: StreamDecoder) {
    this.#decoder = decoder;
  }

  async decode(bytes: Uint8Array): Promise<Decoded[]> {
    if (this.#head === undefined) return [await this.#decode(bytes)];
    this.#head = Buffer.concat([this.#head, bytes]);
    return this.#head.length < HEAD_BYTES ? [] : this.#decodeHead();
  }

  async end(): Promise<Decoded[]> {
    const decoded = await this.#decodeHead();
    // Some encoders count the frame of the tag, which has no sound.
    if (this.#decoded + this.#frameSamples > this.#promised) return decoded;
    const count = (samples: number): string => samples.toLocaleString("en-US");
    return [...decoded, { ...NOTHING, errors: [{ message: `${count(this.#decoded)} of ${count(this.#promised)} samples are there` }] }];
  }

  async #decodeHead(): Promise<Decoded[]> {
    const head = this.#head;
    this.#head = undefined;
    if (head === undefined || head.length === 0) return [];
    const at = findMpegAudio(head, 2);
    const frame = at === undefined ? undefined : mpegFrame(head, at);
    if (at !== undefined && frame !== undefined) {
      this.#isMono = frame.isMono;
      this.#frameSamples = frame.samples;
      this.#promised = promisedSamples(head, at) ?? 0;
    }
    return [await this.#decode(head)];
  }

  async #decode(bytes: Uint8Array): Promise<Decoded> {
    const { channelData, samplesDecoded, sampleRate, errors } = await this.#decoder.decode(bytes);
    this.#decoded += samplesDecoded;
    return { channelData: this.#isMono ? channelData.slice(0, 1) : channelData, samplesDecoded, sampleRate, errors };
  }
}

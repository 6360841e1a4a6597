/** The decoders of npm packages. They are optional: an installation may lack them, and nothing is compiled against them. */
import { OggPages } from "./ogg_pages.js";
import { OggOpusDecoder, type OpusDecoders, WebmOpusDecoder } from "./opus_stream.js";
import { type Decoded, NOTHING, type PieceDecoder } from "./piece_decoder.js";
import type { PackagedDecoder } from "./sound_kind.js";

/** The package of each decoder, and the name of its class there. */
const PACKAGES: Readonly<Record<PackagedDecoder, readonly [string, string]>> = {
  flac: ["@wasm-audio-decoders/flac", "FLACDecoder"],
  mp3: ["mpg123-decoder", "MPEGDecoder"],
  vorbis: ["@wasm-audio-decoders/ogg-vorbis", "OggVorbisDecoder"],
  oggOpus: ["opus-decoder", "OpusDecoder"],
  webmOpus: ["opus-decoder", "OpusDecoder"],
};

/** What the decoders of whole streams have in common. */
interface StreamDecoder {
  ready: Promise<unknown>;
  decode(bytes: Uint8Array): Decoded | Promise<Decoded>;
  flush?(): Promise<Decoded>;
}

/** Whether the decoder's package is installed. */
export async function hasPackagedDecoder(kind: PackagedDecoder): Promise<boolean> {
  try {
    await import(PACKAGES[kind][0]);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return false;
    throw error;
  }
}

export async function openPackagedDecoder(kind: PackagedDecoder): Promise<PieceDecoder> {
  const [name, className] = PACKAGES[kind];
  const exported = ((await import(name)) as Record<string, unknown>)[className];
  if (kind === "oggOpus") return new OggOpusDecoder(exported as OpusDecoders);
  if (kind === "webmOpus") return new WebmOpusDecoder(exported as OpusDecoders);
  const decoder = new (exported as new () => StreamDecoder)();
  await decoder.ready;
  const length = new LengthCheck(kind);
  return {
    decode: async (bytes) => [length.count(bytes, await decoder.decode(bytes))],
    end: async () => [length.ended(decoder.flush ? await decoder.flush() : NOTHING)],
  };
}

/** Finds out whether a stream is shorter than it says: its decoder does not complain. */
class LengthCheck {
  readonly #kind: PackagedDecoder;
  readonly #pages = new OggPages();
  #isOgg = false;
  /** Samples that the head of a FLAC file promises; 0 if it does not know. */
  #promised = 0;
  #decoded = 0;
  #isFirst = true;

  constructor(kind: PackagedDecoder) {
    this.#kind = kind;
  }

  count(bytes: Uint8Array, decoded: Decoded): Decoded {
    if (this.#isFirst) this.#readHead(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    if (this.#isOgg) this.#pages.push(bytes);
    return this.#counted(decoded);
  }

  ended(last: Decoded): Decoded {
    const decoded = this.#counted(last);
    if (this.#decoded < this.#promised) {
      const message = `${this.#decoded.toLocaleString("en-US")} of ${this.#promised.toLocaleString("en-US")} samples are there`;
      return { ...decoded, errors: [...decoded.errors, { message }] };
    }
    if (this.#isOgg && !this.#pages.isEnded) return { ...decoded, errors: [...decoded.errors, { message: "it ends early" }] };
    return decoded;
  }

  #readHead(first: Buffer): void {
    this.#isFirst = false;
    this.#isOgg = first.toString("latin1", 0, 4) === "OggS";
    // STREAMINFO is the first block (RFC 9639, section 8.2): the last 36 bits before the checksum are the number of samples.
    if (first.toString("latin1", 0, 4) === "fLaC" && first.length >= 26)
      this.#promised = (first[21]! & 15) * 2 ** 32 + first.readUInt32BE(22);
  }

  /** Only of a lossless format does the number of bits mean something; other decoders say 16, and decode to floats. */
  #counted({ bitDepth, ...decoded }: Decoded): Decoded {
    this.#decoded += decoded.samplesDecoded;
    return this.#kind === "flac" && bitDepth !== undefined ? { ...decoded, bitDepth } : decoded;
  }
}

/** The decoders of a kind of sound: our own for FLAC, npm packages for the others. Those are optional: an installation may lack them, and nothing is compiled against them. */
import { FlacDecoder, OggFlacDecoder } from "./flac_stream.js";
import { Mp3Decoder } from "./mp3_stream.js";
import { OggPages } from "./ogg_pages.js";
import { OggOpusDecoder, type OpusDecoders, WebmOpusDecoder } from "./opus_stream.js";
import { type Decoded, NOTHING, type PieceDecoder, type StreamDecoder } from "./piece_decoder.js";
import type { PackagedDecoder } from "./sound_kind.js";

/** The package of each decoder, and the name of its class there. */
const PACKAGES: Readonly<Record<Exclude<PackagedDecoder, "flac" | "oggFlac">, readonly [string, string]>> = {
  mp3: ["mpg123-decoder", "MPEGDecoder"],
  vorbis: ["@wasm-audio-decoders/ogg-vorbis", "OggVorbisDecoder"],
  oggOpus: ["opus-decoder", "OpusDecoder"],
  webmOpus: ["opus-decoder", "OpusDecoder"],
};

/** Whether the decoder is there. */
export async function hasPackagedDecoder(kind: PackagedDecoder): Promise<boolean> {
  if (kind === "flac" || kind === "oggFlac") return true;
  try {
    await import(PACKAGES[kind][0]);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return false;
    throw error;
  }
}

export async function openPackagedDecoder(kind: PackagedDecoder): Promise<PieceDecoder> {
  if (kind === "flac") return new FlacDecoder();
  if (kind === "oggFlac") return new OggFlacDecoder();
  const [name, className] = PACKAGES[kind];
  const exported = ((await import(name)) as Record<string, unknown>)[className];
  if (kind === "oggOpus") return new OggOpusDecoder(exported as OpusDecoders);
  if (kind === "webmOpus") return new WebmOpusDecoder(exported as OpusDecoders);
  const decoder = new (exported as new () => StreamDecoder)();
  await decoder.ready;
  return kind === "mp3" ? new Mp3Decoder(decoder) : new VorbisDecoder(decoder);
}

/** Vorbis in Ogg. Its decoder does not complain about a file that ends early. */
class VorbisDecoder implements PieceDecoder {
  readonly #decoder: StreamDecoder;
  readonly #pages = new OggPages();

  constructor(decoder: StreamDecoder) {
    this.#decoder = decoder;
  }

  async decode(bytes: Uint8Array): Promise<Decoded[]> {
    this.#pages.push(bytes);
    return [asFloats(await this.#decoder.decode(bytes))];
  }

  async end(): Promise<Decoded[]> {
    const last = asFloats((await this.#decoder.flush?.()) ?? NOTHING);
    return this.#pages.isEnded ? [last] : [last, { ...NOTHING, errors: [{ message: "it ends early" }] }];
  }
}

/** The package says 16 bits, and decodes to floats. */
function asFloats({ bitDepth: _, ...decoded }: Decoded): Decoded {
  return decoded;
}

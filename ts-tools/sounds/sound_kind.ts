/** What a sound is, told by its first bytes and never by its name. */
import { findMpegAudio, isMpegAudio } from "./mpeg_frame.js";
import { WebmBlocks } from "./webm_blocks.js";

/** The decoders that the tools have, our own or of packages; each reads one kind of stream. */
export type PackagedDecoder = "flac" | "oggFlac" | "mp3" | "vorbis" | "oggOpus" | "webmOpus";

export interface CompressedKind {
  /** As in "this is NAME": "a FLAC file". */
  name: string;
  /** Our decoder or a package's; undefined if only ffmpeg reads it. */
  decoder?: PackagedDecoder;
  /** A WAV file: without ffmpeg the module says what is wrong with it. */
  isWav?: true;
}

/** As the subject of a sentence: "this FLAC file". */
export const thisSound = ({ name }: CompressedKind): string => name.replace(/^an? /, "this ");

/** Enough for all that is looked at. */
export const KIND_BYTES = 4096;

/**
 * The kind of a sound that must be decoded before the module can read it. Undefined for WAV files that the module reads, and for what nobody knows: the
 * module says what is wrong with those. `hasTag` says that an ID3 tag was before these bytes, as before most MP3 files.
 */
export function compressedKind(first: Uint8Array, hasTag = false): CompressedKind | undefined {
  const bytes = Buffer.from(first.buffer, first.byteOffset, first.length);
  const at = (offset: number, text: string): boolean => bytes.toString("latin1", offset, offset + text.length) === text;
  if (at(0, "RIFF") || at(0, "RF64") || at(0, "BW64")) return at(8, "WAVE") ? compressedWav(bytes) : undefined;
  if (at(0, "RIFX")) return { name: "a big-endian WAV file", isWav: true };
  if (at(0, "OggS")) return oggKind(bytes);
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === 0x1a45dfa3) return webmKind(bytes);
  if (at(4, "ftyp")) return { name: at(8, "M4A") ? "an M4A file" : at(8, "3gp") ? "a 3GP file" : "an MP4 or M4A file" };
  for (const [start, text, name] of OTHERS) if (at(start, text)) return { name };
  if (at(0, "fLaC")) return { name: "a FLAC file", decoder: "flac" };
  if (isAdts(bytes)) return { name: "an AAC file (ADTS)" };
  if (hasTag || isMpegAudio(bytes, 0, 2) || isLaterMpegAudio(bytes)) return { name: "an MP3 file", decoder: "mp3" };
  return undefined;
}

/** Formats that ffmpeg alone reads: where the text stands, the text, and the name. */
const OTHERS: readonly (readonly [number, string, string])[] = [
  [4, "moov", "a QuickTime file"],
  [0, "#!AMR", "an AMR file"],
  [0, "caff", "a CAF file"],
  [0, "FORM", "an AIFF file"],
  [0, ".snd", "an AU file"],
  [0, "wvPk", "a WavPack file"],
  [0, "MAC ", "a Monkey's Audio file"],
  [0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a WMA file"],
  [0, "riff\x2e\x91\xcf\x11", "a W64 file"],
];

/** Codings of WAV files by their format tag that the module does not read. */
const WAV_CODINGS: Readonly<Record<number, string>> = {
  2: "MS ADPCM",
  17: "IMA ADPCM",
  34: "TrueSpeech",
  49: "GSM 6.10",
  64: "G.721",
  66: "G.723.1",
  69: "G.726",
  80: "MPEG",
  85: "MP3",
  100: "G.726",
  255: "AAC",
  352: "WMA",
  353: "WMA",
  354: "WMA",
  5648: "AAC",
  26447: "Vorbis",
  26481: "Vorbis",
  41225: "Speex",
};

function compressedWav(bytes: Buffer): CompressedKind | undefined {
  for (let offset = 12; offset + 10 <= bytes.length; ) {
    const size = bytes.readUInt32LE(offset + 4);
    if (bytes.toString("latin1", offset, offset + 4) === "fmt ") {
      const coding = WAV_CODINGS[bytes.readUInt16LE(offset + 8)];
      return coding === undefined ? undefined : { name: `a WAV file with ${coding}`, isWav: true };
    }
    offset += 8 + size + (size % 2);
  }
  return undefined;
}

function oggKind(bytes: Buffer): CompressedKind {
  // The first page has one packet, which says what the stream is.
  const packet = bytes.toString("latin1", 27 + (bytes[26] ?? 0), 27 + (bytes[26] ?? 0) + 8);
  if (packet.startsWith("OpusHead")) return { name: "an Ogg Opus file", decoder: "oggOpus" };
  if (packet.startsWith("\x01vorbis")) return { name: "an Ogg Vorbis file", decoder: "vorbis" };
  if (packet.startsWith("\x7fFLAC")) return { name: "an Ogg FLAC file", decoder: "oggFlac" };
  return { name: packet.startsWith("Speex") ? "an Ogg Speex file" : "an Ogg file" };
}

function webmKind(bytes: Buffer): CompressedKind {
  const blocks = new WebmBlocks();
  blocks.push(bytes);
  const { docType, hasOpus } = blocks;
  const name = docType === "webm" ? "a WebM file" : docType === "matroska" ? "a Matroska file" : "a WebM or Matroska file";
  // Sound that is not Opus (of old Firefox, and most of Matroska) is ffmpeg's.
  return hasOpus ? { name, decoder: "webmOpus" } : { name };
}

/** MPEG audio after something else, as recordings of streams and some tags leave it. Three frames do not occur in noise. */
function isLaterMpegAudio(bytes: Buffer): boolean {
  return findMpegAudio(bytes, 3) !== undefined;
}

function isAdts(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes.readUInt16BE(0) & 0xfff6) === 0xfff0;
}

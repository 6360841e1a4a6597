/** What a sound is, told by its first bytes and never by its name. */

/** The decoders that come as packages; each reads one kind of stream. */
export type PackagedDecoder = "flac" | "mp3" | "vorbis" | "oggOpus" | "webmOpus";

export interface CompressedKind {
  /** As in "this is NAME": "a FLAC file". */
  name: string;
  /** The packaged decoder; undefined if only ffmpeg reads it. */
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
 * module says what is wrong with those.
 */
export function compressedKind(first: Uint8Array): CompressedKind | undefined {
  const bytes = Buffer.from(first.buffer, first.byteOffset, first.length);
  const at = (offset: number, text: string): boolean => bytes.toString("latin1", offset, offset + text.length) === text;
  if (at(0, "RIFF") || at(0, "RF64") || at(0, "BW64")) return at(8, "WAVE") ? compressedWav(bytes) : undefined;
  if (at(0, "RIFX")) return { name: "a big-endian WAV file", isWav: true };
  if (at(0, "OggS")) return oggKind(bytes);
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === 0x1a45dfa3) return webmKind(bytes);
  if (at(4, "ftyp")) return { name: at(8, "M4A") ? "an M4A file" : at(8, "3gp") ? "a 3GP file" : "an MP4 or M4A file" };
  for (const [start, text, name] of OTHERS) if (at(start, text)) return { name };
  const start = id3Bytes(bytes);
  if (at(start, "fLaC")) return { name: "a FLAC file", decoder: "flac" };
  if (isAdts(bytes, start)) return { name: "an AAC file (ADTS)" };
  if (start > 0 || isMpegAudio(bytes)) return { name: "an MP3 file", decoder: "mp3" };
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
  if (packet.startsWith("\x7fFLAC")) return { name: "an Ogg FLAC file", decoder: "flac" };
  return { name: packet.startsWith("Speex") ? "an Ogg Speex file" : "an Ogg file" };
}

function webmKind(bytes: Buffer): CompressedKind {
  const name = bytes.includes("webm", 0, "latin1") ? "a WebM file" : "a Matroska file";
  // The codec of each track stands near the beginning. Sound that is not Opus (of old Firefox, and most of Matroska) is ffmpeg's.
  const codecs = bytes.toString("latin1").match(/A_[A-Z]+/g) ?? [];
  return codecs[0] === "A_OPUS" ? { name, decoder: "webmOpus" } : { name };
}

/** Bytes of the ID3 tag in front of the sound. */
function id3Bytes(bytes: Buffer): number {
  if (bytes.length < 10 || bytes.toString("latin1", 0, 3) !== "ID3") return 0;
  // Seven bits of each byte; a footer, if there is one, repeats the ten bytes of the header.
  const size = [6, 7, 8, 9].reduce((sum, index) => sum * 128 + (bytes[index]! & 0x7f), 0);
  return 10 + size + (bytes[5]! & 0x10 ? 10 : 0);
}

function isAdts(bytes: Buffer, start: number): boolean {
  const header = start + 2 <= bytes.length ? bytes.readUInt16BE(start) : 0;
  return (header & 0xfff6) === 0xfff0;
}

/** kbit/s of layers I to III in MPEG 1, and of layer I and layers II and III in MPEG 2. */
const BITRATES = [
  [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;

/** Bytes of the frame of MPEG audio that begins there; 0 if none does. */
function mpegFrameBytes(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return 0;
  const version = (bytes[at + 1]! >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
  const [bitrate, rate] = [bytes[at + 2]! >> 4, (bytes[at + 2]! >> 2) & 3];
  if (version === 1 || layer === 4 || rate === 3 || bitrate === 0 || bitrate === 15) return 0;
  const row = version === 3 ? layer - 1 : layer === 1 ? 3 : 4;
  const sampleRate = [44100, 48000, 32000][rate]! / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const bits = BITRATES[row]![bitrate]! * 1000;
  const padding = (bytes[at + 2]! >> 1) & 1;
  if (layer === 1) return (Math.floor((12 * bits) / sampleRate) + padding) * 4;
  return Math.floor(((layer === 3 && version !== 3 ? 72 : 144) * bits) / sampleRate) + padding;
}

/** Two frames, one right after the other: the few bits that mark one occur in any noise. */
function isMpegAudio(bytes: Buffer): boolean {
  const length = mpegFrameBytes(bytes, 0);
  return length > 0 && mpegFrameBytes(bytes, length) > 0;
}

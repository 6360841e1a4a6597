/** Any sound as the bytes of a WAV file: what every command reads. */
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { STDIN, systemPath } from "../host/file_names.js";
import { readPlainFile } from "../host/plain_file.js";
import { printError } from "../host/terminal.js";
import type { SoundLayout } from "../runtime/converter.js";
import { decodePackaged } from "./decode_packaged.js";
import { wavOfDecoded } from "./decoded_wav.js";
import { decodeWithFfmpeg, FFMPEG_VARIABLE, findFfmpeg } from "./ffmpeg.js";
import { filePieces, inTemporaryFile, peek } from "./file_pieces.js";
import { withoutId3 } from "./id3_tag.js";
import { hasPackagedDecoder } from "./packaged_decoders.js";
import { LEAST_RATE, MOST_RATE, type PcmPiece } from "./pcm.js";
import { noticeWav, rawPcm } from "./raw_pcm.js";
import { type CompressedKind, compressedKind, KIND_BYTES, thisSound } from "./sound_kind.js";

export interface SoundOptions {
  /** The files are raw samples. */
  raw?: SoundLayout | undefined;
  /** Gets a sentence about a sound of which not all could be used; default: it is printed. */
  warn?: ((sentence: string) => void) | undefined;
}

/**
 * The bytes of a WAV file, in pieces: of the file itself if it is one that the module reads, otherwise of what is decoded of it. Files that nobody can decode are
 * refused with the name of their format; what has no known format is passed on, so that the module says what is wrong with it.
 */
export async function* readPieces(file: string, options: SoundOptions = {}): AsyncGenerator<Uint8Array> {
  const { raw, warn = warningsOf(file) } = options;
  const isFile = file !== STDIN && (await stat(systemPath(file))).isFile();
  if (raw) {
    yield* wavOfDecoded((warnAgain) => rawPcm(filePieces(file), raw, warnAgain), isFile, warn);
    return;
  }
  const { kind, pieces } = await recognize(file);
  const sound = kind && (await decoderFor(file, kind, isFile));
  try {
    yield* sound === undefined ? pieces : sound(pieces, warn);
  } finally {
    await pieces.return(undefined);
  }
}

/** The bytes of raw samples, as they come. */
export function readRaw(file: string, warn: Warn): AsyncGenerator<Uint8Array> {
  return noticeWav(filePieces(file), warn);
}

/** Passes the pieces of a sound to `push` until it returns false. Returns the milliseconds spent on reading and decoding. */
export async function pumpFile(
  file: string,
  push: (bytes: Uint8Array) => boolean | Promise<boolean>,
  options: SoundOptions = {},
): Promise<number> {
  let readMs = 0;
  let before = performance.now();
  for await (const piece of readPieces(file, options)) {
    readMs += performance.now() - before;
    if (!(await push(piece))) break;
    before = performance.now();
  }
  return readMs;
}

/** Decoded samples take more bytes than a WAV file of 16-bit mono samples: they may be stereo floats. */
const DECODED_BYTES = 4;

/** The whole WAV file that readPieces() returns, of a plain file of at most `mostBytes`, or of at most four times that many bytes of decoded sound. */
export async function readWholeSound(file: string, mostBytes: number, options: SoundOptions = {}): Promise<Uint8Array> {
  if (!(await stat(systemPath(file))).isFile() || !(await mustBeRead(file))) return readPlainFile(file, mostBytes);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of readPieces(file, options)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > DECODED_BYTES * mostBytes) throw new Error("this sound is too long to be read at once; cut it into parts");
  }
  return Buffer.concat(pieces);
}

/** What a file is, and its pieces from the end of its ID3 tags on. */
async function recognize(file: string): Promise<{ kind: CompressedKind | undefined; hasTag: boolean; pieces: AsyncGenerator<Uint8Array> }> {
  let hasTag = false;
  const untagged = withoutId3(filePieces(file), () => {
    hasTag = true;
  });
  const { first, pieces } = await peek(untagged, KIND_BYTES);
  return { kind: compressedKind(first, hasTag), hasTag, pieces };
}

/** Whether the file is not just what the module reads. */
async function mustBeRead(file: string): Promise<boolean> {
  const { kind, hasTag, pieces } = await recognize(file);
  await pieces.return(undefined);
  return kind !== undefined || hasTag;
}

type Warn = (sentence: string) => void;

const warningsOf =
  (file: string): Warn =>
  (sentence) =>
    printError(file, `warning: ${sentence}`);

/** What makes a WAV file of all the pieces of a file. */
type Decoder = (pieces: AsyncGenerator<Uint8Array>, warn: Warn) => AsyncGenerator<Uint8Array>;

/**
 * The packaged decoder if there is one, because it decodes to the same samples everywhere; otherwise ffmpeg. Undefined for WAV files that only ffmpeg reads where
 * it is missing: the module says what they are.
 */
async function decoderFor(file: string, kind: CompressedKind, isFile: boolean): Promise<Decoder | undefined> {
  const { decoder } = kind;
  if (decoder !== undefined && (await hasPackagedDecoder(decoder)))
    return (pieces, warn) =>
      wavOfDecoded(
        fromBeginning(file, pieces, (all, warning) => usable(decodePackaged(all, { ...kind, decoder }, warning), kind)),
        isFile,
        warn,
      );
  const ffmpeg = findFfmpeg();
  if (ffmpeg !== undefined) {
    const decoded = (name: string, warn: Warn): AsyncGenerator<Uint8Array> =>
      wavOfDecoded((warning) => usable(decodeWithFfmpeg(ffmpeg, name, kind, warning), kind), true, warn);
    return isFile && typeof systemPath(file) === "string"
      ? (_, warn) => decoded(file, warn)
      : // ffmpeg must be able to go back in some formats, and it cannot be given a name that is not UTF-8.
        (pieces, warn) => inTemporaryFile(pieces, (copy) => decoded(copy, warn));
  }
  if (kind.isWav) return undefined;
  throw new Error(noDecoder(file, kind));
}

/** Refuses a rate that the module does not take: its own sentence would speak of a WAV file. */
async function* usable(pieces: AsyncIterable<PcmPiece>, kind: CompressedKind): AsyncGenerator<PcmPiece> {
  for await (const piece of pieces) {
    const { sampleRate } = piece.layout;
    if (sampleRate < LEAST_RATE || sampleRate > MOST_RATE) {
      const rate = (hz: number): string => hz.toLocaleString("en-US");
      throw new Error(
        `the sample rate of ${thisSound(kind)}, ${rate(sampleRate)} Hz, is outside ${rate(LEAST_RATE)} to ${rate(MOST_RATE)} Hz; resample it`,
      );
    }
    yield piece;
  }
}

/** Decodes the pieces that are there; the second time those of the file. */
function fromBeginning(
  file: string,
  pieces: AsyncIterable<Uint8Array>,
  decode: (pieces: AsyncIterable<Uint8Array>, warn: Warn) => AsyncIterable<PcmPiece>,
): (warn: Warn) => AsyncIterable<PcmPiece> {
  let times = 0;
  return (warn) => decode(times++ === 0 ? pieces : withoutId3(filePieces(file)), warn);
}

function noDecoder(file: string, kind: CompressedKind): string {
  const stem = file === STDIN ? "sound" : basename(file, extname(file));
  const quoted = (name: string): string => (/^[\w.,+@%/-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);
  const converted = extname(file) === ".wav" ? `${stem}.converted.wav` : `${stem}.wav`;
  const command = `ffmpeg -i ${file === STDIN ? "-" : quoted(file)} ${quoted(converted)}`;
  const what = `${thisSound(kind)} must be decoded`;
  return `${what}, and neither a decoder for it nor ffmpeg is there; put ffmpeg on the PATH (or name it in ${FFMPEG_VARIABLE}), or convert the file: ${command}`;
}

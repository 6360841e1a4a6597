/** Any sound as the bytes of a WAV file: what every command reads. */
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { systemPath } from "../host/file_names.js";
import { readPlainFile } from "../host/plain_file.js";
import { printError } from "../host/terminal.js";
import { STDIN } from "../host/wav_files.js";
import { decodePackaged } from "./decode_packaged.js";
import { wavOfDecoded } from "./decoded_wav.js";
import { decodeWithFfmpeg, FFMPEG_VARIABLE, findFfmpeg } from "./ffmpeg.js";
import { filePieces, inTemporaryFile, peek } from "./file_pieces.js";
import { hasPackagedDecoder } from "./packaged_decoders.js";
import type { PcmLayout, PcmPiece } from "./pcm.js";
import { noticeWav, rawPcm } from "./raw_pcm.js";
import { type CompressedKind, compressedKind, KIND_BYTES, thisSound } from "./sound_kind.js";

export interface SoundOptions {
  /** The files are raw samples. */
  raw?: PcmLayout | undefined;
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
  const { first, pieces } = await peek(filePieces(file), KIND_BYTES);
  const kind = compressedKind(first);
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
export async function pumpFile(file: string, push: (bytes: Uint8Array) => boolean, options: SoundOptions = {}): Promise<number> {
  let readMs = 0;
  let before = performance.now();
  for await (const piece of readPieces(file, options)) {
    readMs += performance.now() - before;
    if (!push(piece)) break;
    before = performance.now();
  }
  return readMs;
}

/** Decoded samples take more bytes than a WAV file of 16-bit mono samples: they may be stereo floats. */
const DECODED_BYTES = 4;

/** The whole WAV file that readPieces() returns, of a plain file of at most `mostBytes`, or of at most four times that many bytes of decoded sound. */
export async function readWholeSound(file: string, mostBytes: number, options: SoundOptions = {}): Promise<Uint8Array> {
  if (!(await stat(systemPath(file))).isFile() || !(await isCompressed(file))) return readPlainFile(file, mostBytes);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of readPieces(file, options)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > DECODED_BYTES * mostBytes) throw new Error("this sound is too long to be read at once; cut it into parts");
  }
  return Buffer.concat(pieces);
}

async function isCompressed(file: string): Promise<boolean> {
  const { first, pieces } = await peek(filePieces(file), KIND_BYTES);
  await pieces.return(undefined);
  return compressedKind(first) !== undefined;
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
        fromBeginning(file, pieces, (all, warning) => decodePackaged(all, { ...kind, decoder }, warning)),
        isFile,
        warn,
      );
  const ffmpeg = findFfmpeg();
  if (ffmpeg !== undefined)
    return isFile && typeof systemPath(file) === "string"
      ? (_, warn) => wavOfDecoded((warning) => decodeWithFfmpeg(ffmpeg, file, kind, warning), true, warn)
      : (pieces, warn) =>
          // ffmpeg must be able to go back in some formats, and it cannot be given a name that is not UTF-8.
          inTemporaryFile(pieces, (copy) => wavOfDecoded((warning) => decodeWithFfmpeg(ffmpeg, copy, kind, warning), true, warn));
  if (kind.isWav) return undefined;
  throw new Error(noDecoder(file, kind));
}

/** Decodes the pieces that are there; the second time those of the file. */
function fromBeginning(
  file: string,
  pieces: AsyncIterable<Uint8Array>,
  decode: (pieces: AsyncIterable<Uint8Array>, warn: Warn) => AsyncIterable<PcmPiece>,
): (warn: Warn) => AsyncIterable<PcmPiece> {
  let times = 0;
  return (warn) => decode(times++ === 0 ? pieces : filePieces(file), warn);
}

function noDecoder(file: string, kind: CompressedKind): string {
  const stem = file === STDIN ? "sound" : basename(file, extname(file));
  const quoted = (name: string): string => (/^[\w.,+@%/-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);
  const command = `ffmpeg -i ${file === STDIN ? "-" : quoted(file)} ${quoted(`${stem}.wav`)}`;
  const what = `${thisSound(kind)} must be decoded`;
  return `${what}, and neither a decoder for it nor ffmpeg is there; put ffmpeg on the PATH (or name it in ${FFMPEG_VARIABLE}), or convert the file: ${command}`;
}

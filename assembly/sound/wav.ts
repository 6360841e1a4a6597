/**
 * Reads a WAV file, pushed in pieces of any size: what its samples are, where they begin, and which bytes are samples.
 *
 *     "RIFF" size "WAVE"   then chunks: id size content [pad byte when the size is odd]
 *     "ds64": riffSize:64 dataSize:64 ...      in RF64 and BW64 files, whose 32-bit sizes are 2^32 - 1
 *     "fmt ": what the samples are (wav_format.ts)
 *     "data": the samples
 *
 * The header is a sequence of little-endian 32-bit words, except what is skipped; so the state is the name of the word that comes next, and its bytes
 * so far. Chunks may come in any order before "data"; unknown ones are skipped. The RIFF size only says whether
 * other chunks follow data of size 0.
 *
 * The size of "data" is a claim, not a fact: pipes write 0, 2^32 - 1 or something near 2^31, some phones count the header, downloads break off. So wavTake()
 * counts the bytes after the header and stops at the claimed end, and wavEnd() says whether the claim was true.
 */

import { INPUT, INPUT_CAPACITY } from "../generated/memory_map";
import * as status from "../generated/status";
import { foreignFormat } from "./wav_foreign";
import { beginFormat, block, channels, forgetFormat, format, rate, takeFormatWord } from "./wav_format";

// Four characters as the little-endian word that they are read as.
const ID_RIFF: u32 = 0x46464952;
const ID_RF64: u32 = 0x34364652; // 64-bit sizes, EBU
const ID_BW64: u32 = 0x34365742; // 64-bit sizes, ITU
const ID_WAVE: u32 = 0x45564157;
const ID_SIZES: u32 = 0x34367364; // "ds64"
const ID_FORMAT: u32 = 0x20746d66; // "fmt "
const ID_DATA: u32 = 0x61746164;

/** RIFF, size, WAVE: a shorter file cannot be a WAV file. */
const RIFF_BYTES: u32 = 12;
/** Bytes of a ds64 chunk that are read, and where in it the size of "data" is. */
const SIZES_BYTES: u32 = 16;
const SIZES_DATA: u64 = 8;

/** The third word of a Git LFS pointer: "version https..." */
const LFS_WORD_3: u32 = 0x70747468;

/** Data of unknown length ends with the file. */
const UNKNOWN_BYTES: i64 = i64.MAX_VALUE;
/** Sizes in these ranges are those of writers to pipes: SoX 0x7ffff000, arecord 0x80000000, others 2^32 - 1 or a header less. */
const PIPE_SIZE: u32 = 0x7ffff000;
const PIPE_SIZE_END: u32 = 0x80000000;
const UNKNOWN_SIZES: u32 = 0xffffff00;
/** Bytes of the smallest chunk. */
const CHUNK_BYTES: u32 = 8;

// What the next word is.
const NOTHING: i32 = 0; // before wavBegin()
const AT_RIFF_ID: i32 = 1;
const AT_RIFF_SIZE: i32 = 2;
const AT_WAVE_ID: i32 = 3;
const AT_CHUNK_ID: i32 = 4;
const AT_CHUNK_SIZE: i32 = 5;
const AT_FORMAT: i32 = 6;
const AT_DATA_SIZE_LOW: i32 = 7;
const AT_DATA_SIZE_HIGH: i32 = 8;
const AT_SAMPLES: i32 = 9;

// Initial values are literals: a named one would be stored by a start function.
let next: i32 = 0;
/** STATUS_OK, or what was wrong: every further call answers it again. */
let failure: i32 = 0;
/** The bytes of the next word so far, from the top down: after four of them it is the little-endian word. */
let word: u32 = 0;
let wordBytes: i32 = 0;
/** Bytes to skip before the next word: up to 2^32, a chunk of 2^32 - 1 bytes and its pad byte. */
let skip: u64 = 0;
/** Bytes of the file so far, modulo 2^32, and whether there are as many as RIFF_BYTES. */
let fileBytes: u32 = 0;
let hasRiff: bool = false;

/** The first two words of the file. */
let firstWord: u32 = 0;
let secondWord: u32 = 0;
let chunkId: u32 = 0;
let chunkSize: u32 = 0;
/** Size of "data" in ds64, 0 without one. */
let wideSize: u64 = 0;

/** Bytes of samples that the header claims, and those that were there so far. */
let claimed: i64 = 0;
let taken: i64 = 0;

/** Starts reading a WAV file: forgets the one before. */
export function wavBegin(): void {
  next = AT_RIFF_ID;
  failure = status.STATUS_OK;
  wordBytes = 0;
  skip = 0;
  fileBytes = 0;
  hasRiff = false;
  wideSize = 0;
  forgetFormat();
  claimed = 0;
  taken = 0;
}

/**
 * Takes the next bytes of the header from the input buffer, 0..INPUT_CAPACITY of them. 0: push more; above 0: the samples begin, and
 * that many of these bytes were header; negative: what is wrong, which further pushes return, too. STATUS_BAD_PIECE takes nothing. STATUS_NOT_STARTED
 * before wavBegin() and once the samples have begun.
 */
export function wavPush(bytes: i32): i32 {
  if (failure !== status.STATUS_OK) return failure;
  if (next === NOTHING || next === AT_SAMPLES) return status.STATUS_NOT_STARTED;
  if (bytes < 0 || bytes > INPUT_CAPACITY) return status.STATUS_BAD_PIECE;
  const before = fileBytes;
  fileBytes += bytes as u32;
  if (fileBytes >= RIFF_BYTES) hasRiff = true;
  let at: i32 = 0;
  while (at < bytes) {
    if (skip !== 0) {
      const left = (bytes - at) as u64;
      const step = skip < left ? skip : left;
      skip -= step;
      at += step as i32;
      continue;
    }
    word = (word >>> 8) | ((load<u8>(INPUT + at) as u32) << 24);
    at++;
    if (++wordBytes < 4) continue;
    wordBytes = 0;
    failure = takeWord();
    if (failure !== status.STATUS_OK) return failure;
    if (next === AT_SAMPLES) {
      claimed = claimedBytes(before + (at as u32));
      return at;
    }
  }
  return 0;
}

/** FORMAT_* of the samples; 0 while it is not known. */
export function wavFormat(): i32 {
  return format;
}

/** Channels, at least 1 once the samples begin. */
export function wavChannels(): i32 {
  return channels;
}

/** Sample rate in Hz, 8,000..192,000 once the samples begin. */
export function wavRate(): i32 {
  return rate as i32;
}

/** Length in whole frames of all channels that the header claims, up to 2^31 - 1 (also for more). 0 where it does not say one, and until the samples begin. */
export function wavFrames(): i32 {
  return claimed === UNKNOWN_BYTES || claimed === 0 ? 0 : (min<i64>(claimed / (block as i64), i32.MAX_VALUE) as i32);
}

/**
 * The next `bytes` bytes after the header: how many of them are samples, from the first on. Fewer than `bytes` at the claimed end: the rest of the file does
 * not matter. STATUS_NOT_STARTED before the samples begin, STATUS_BAD_PIECE for a negative number.
 */
export function wavTake(bytes: i32): i32 {
  if (next !== AT_SAMPLES) return status.STATUS_NOT_STARTED;
  if (bytes < 0) return status.STATUS_BAD_PIECE;
  const count = min<i64>(bytes as i64, claimed - taken);
  taken += count;
  return count as i32;
}

/**
 * The file has ended, or the rest does not matter: WARNING_* of its length, 0 for none; negative: what is wrong with the file. The sound is the whole frames
 * that wavTake() counted.
 */
export function wavEnd(): i32 {
  if (failure !== status.STATUS_OK) return failure;
  if (next === NOTHING) return status.STATUS_NOT_STARTED;
  if (fileBytes === 0) return status.STATUS_EMPTY_FILE;
  if (!hasRiff) return status.STATUS_WAV_NOT_RIFF;
  if (next !== AT_SAMPLES) return status.STATUS_WAV_NO_DATA;
  if (taken < (block as i64)) return status.STATUS_WAV_EMPTY;
  if (taken < claimed) return claimed === UNKNOWN_BYTES ? status.WARNING_WAV_LENGTH_UNKNOWN : status.WARNING_WAV_SHORTER;
  return taken % (block as i64) === 0 ? 0 : status.WARNING_PARTIAL_FRAME;
}

/** Takes the word that is complete; STATUS_OK or what is wrong. */
function takeWord(): i32 {
  switch (next) {
    case AT_RIFF_ID:
      firstWord = word;
      break;
    case AT_RIFF_SIZE:
      secondWord = word;
      if (!isRiff()) return checkForeign();
      break;
    case AT_WAVE_ID:
      if (!isRiff()) return word === LFS_WORD_3 ? status.STATUS_LFS_POINTER : status.STATUS_WAV_NOT_RIFF;
      if (word !== ID_WAVE) return status.STATUS_WAV_NOT_RIFF;
      break;
    case AT_CHUNK_ID:
      chunkId = word;
      break;
    case AT_CHUNK_SIZE:
      chunkSize = word;
      return startChunk();
    case AT_DATA_SIZE_LOW:
      wideSize = word as u64;
      break;
    case AT_DATA_SIZE_HIGH:
      wideSize |= (word as u64) << 32;
      skipChunkAfter(SIZES_BYTES);
      return status.STATUS_OK;
    default:
      return takeFormat();
  }
  next++;
  return status.STATUS_OK;
}

function isRiff(): bool {
  return firstWord === ID_RIFF || firstWord === ID_RF64 || firstWord === ID_BW64;
}

/** The first two words are not those of a WAV file; what may be a Git LFS pointer needs the third. */
function checkForeign(): i32 {
  const foreign = foreignFormat(firstWord, secondWord);
  if (foreign !== status.STATUS_LFS_POINTER) return foreign;
  next = AT_WAVE_ID;
  return status.STATUS_OK;
}

/** A word of a format chunk. */
function takeFormat(): i32 {
  const read = takeFormatWord(word);
  if (read > 0) skipChunkAfter(read as u32);
  return min(read, status.STATUS_OK);
}

function startChunk(): i32 {
  if (chunkId === ID_DATA) return startSamples();
  if (chunkId === ID_FORMAT) {
    next = AT_FORMAT;
    return beginFormat(chunkSize);
  }
  if (chunkId === ID_SIZES && chunkSize >= SIZES_BYTES) {
    skip = SIZES_DATA;
    next = AT_DATA_SIZE_LOW;
  } else {
    skipChunkAfter(0);
  }
  return status.STATUS_OK;
}

/** Skips what is left of the chunk after `read` bytes of it, and its pad byte. */
function skipChunkAfter(read: u32): void {
  skip = ((chunkSize - read) as u64) + ((chunkSize & 1) as u64);
  next = AT_CHUNK_ID;
}

/** The data chunk: its samples follow. */
function startSamples(): i32 {
  if (format === 0) return status.STATUS_WAV_NO_FORMAT;
  next = AT_SAMPLES;
  return status.STATUS_OK;
}

/** Bytes of samples that the header claims; `begin` is where they begin in the file. */
function claimedBytes(begin: u32): i64 {
  if (chunkSize >= UNKNOWN_SIZES) return (wideSize as i64) > 0 ? (wideSize as i64) : UNKNOWN_BYTES;
  if (chunkSize >= PIPE_SIZE && chunkSize <= PIPE_SIZE_END) return UNKNOWN_BYTES;
  if (chunkSize !== 0) return chunkSize as i64;
  // No samples, and other chunks after them, if the RIFF size has room for these; else the writer did not come to write the size.
  const rest = secondWord + CHUNK_BYTES - begin;
  return rest >= CHUNK_BYTES && rest < PIPE_SIZE ? 0 : UNKNOWN_BYTES;
}

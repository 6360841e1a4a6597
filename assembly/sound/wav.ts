/**
 * Reads the header of a WAV file, pushed in pieces of any size: where the samples begin and what they are.
 *
 *     "RIFF" size "WAVE"   then chunks: id size content [pad byte when the size is odd]
 *     "fmt ": tag:16 channels:16 rate:32 byteRate:32 block:16 bits:16 [cbSize:16 validBits:16 channelMask:32 subFormat:GUID]
 *     "data": the samples
 *
 * Everything up to the samples is a sequence of little-endian 32-bit words, except what is skipped; so the state is the name of the word that comes
 * next, and its bytes so far. Chunks may come in any order before "data"; unknown ones are skipped. The RIFF size
 * (writers to pipes get it wrong) and the byte rate are ignored.
 *
 * End of file: while wavPush() still says 0, a host that reaches it reports STATUS_WAV_NOT_RIFF for a file of fewer than 12 bytes (an empty one
 * too), and STATUS_WAV_NO_DATA for a longer one. Fewer sample bytes than wavFrames() frames: STATUS_WAV_TRUNCATED.
 */

import { INPUT, INPUT_CAPACITY } from "../generated/memory_map";
import {
  FORMAT_F32,
  FORMAT_F64,
  FORMAT_S16,
  FORMAT_S24,
  FORMAT_S32,
  FORMAT_U8,
  STATUS_BAD_PIECE,
  STATUS_NOT_STARTED,
  STATUS_OK,
  STATUS_WAV_BAD_BITS,
  STATUS_WAV_BAD_BLOCK,
  STATUS_WAV_BAD_RATE,
  STATUS_WAV_COMPRESSED,
  STATUS_WAV_EMPTY,
  STATUS_WAV_NO_CHANNELS,
  STATUS_WAV_NO_FORMAT,
  STATUS_WAV_NOT_RIFF,
  STATUS_WAV_RF64,
  STATUS_WAV_TOO_MANY_CHANNELS,
  sampleBytes,
} from "../generated/status";
import { isRate } from "./rates";

// Four characters as the little-endian word that they are read as.
const ID_RIFF: u32 = 0x46464952;
const ID_RIFX: u32 = 0x58464952; // big-endian
const ID_RF64: u32 = 0x34364652; // 64-bit sizes, EBU
const ID_BW64: u32 = 0x34365742; // 64-bit sizes, ITU
const ID_WAVE64: u32 = 0x66666972; // "riff": 64-bit sizes, Sony
const ID_WAVE: u32 = 0x45564157;
const ID_FORMAT: u32 = 0x20746d66; // "fmt "
const ID_DATA: u32 = 0x61746164;

const TAG_PCM: i32 = 1;
const TAG_FLOAT: i32 = 3;
const TAG_EXTENSIBLE: i32 = 0xfffe;

/** Bytes of a format chunk that are read: all of the plain one; with an extension, up to the end of the GUID. */
const PLAIN_FORMAT_BYTES: u32 = 16;
const EXTENSIBLE_FORMAT_BYTES: u32 = 40;

// Bytes 4..15 of the sub-format GUID 0000tttt-0000-0010-8000-00AA00389B71, t = the tag; any other GUID is a proprietary coding.
const GUID_WORD_1: u32 = 0x00100000;
const GUID_WORD_2: u32 = 0xaa000080;
const GUID_WORD_3: u32 = 0x719b3800;

/** Data size of a writer that did not know it (a pipe): need not be whole blocks. */
const UNKNOWN_SIZE: u32 = 0xffffffff;

// What the next word is.
const NOTHING: i32 = 0; // before wavBegin() and after the header
const AT_RIFF_ID: i32 = 1;
const AT_RIFF_SIZE: i32 = 2;
const AT_WAVE_ID: i32 = 3;
const AT_CHUNK_ID: i32 = 4;
const AT_CHUNK_SIZE: i32 = 5;
const AT_TAG_AND_CHANNELS: i32 = 6;
const AT_RATE: i32 = 7;
const AT_BYTE_RATE: i32 = 8;
const AT_BLOCK_AND_BITS: i32 = 9;
const AT_VALID_BITS: i32 = 10;
const AT_CHANNEL_MASK: i32 = 11;
const AT_GUID_0: i32 = 12;
const AT_GUID_1: i32 = 13;
const AT_GUID_2: i32 = 14;
const AT_GUID_3: i32 = 15;

// Initial values are literals: a named one would be stored by a start function.
let next: i32 = 0;
/** STATUS_OK, or what was wrong: every further push answers it again. */
let failure: i32 = 0;
/** The bytes of the next word so far, from the top down: after four of them it is the little-endian word. */
let word: u32 = 0;
let wordBytes: i32 = 0;
/** Bytes to skip before the next word: up to 2^32, a chunk of 2^32 - 1 bytes and its pad byte. */
let skip: u64 = 0;

let chunkId: u32 = 0;
let chunkSize: u32 = 0;

// The format chunk, as far as it was read.
let tag: i32 = 0;
let channels: i32 = 0;
let rate: u32 = 0;
let block: i32 = 0;
let bits: i32 = 0;

/** FORMAT_* once a format chunk was read and is sound, 0 before. */
let format: i32 = 0;
let frames: i32 = 0;

/** Starts reading the header of a WAV file: forgets the one before. */
export function wavBegin(): void {
  next = AT_RIFF_ID;
  failure = STATUS_OK;
  wordBytes = 0;
  skip = 0;
  channels = 0;
  rate = 0;
  format = 0;
  frames = 0;
}

/**
 * Takes the next bytes of the file from the input buffer, 0..INPUT_CAPACITY of them. 0: push more; above 0: the samples begin, and
 * that many of these bytes were header; negative: STATUS_WAV_*, which further pushes return, too. STATUS_BAD_PIECE takes nothing. STATUS_NOT_STARTED
 * before wavBegin() and once the samples have begun.
 */
export function wavPush(bytes: i32): i32 {
  if (failure !== STATUS_OK) return failure;
  if (next === NOTHING) return STATUS_NOT_STARTED;
  if (bytes < 0 || bytes > INPUT_CAPACITY) return STATUS_BAD_PIECE;
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
    if (failure !== STATUS_OK) return failure;
    if (next === NOTHING) return at;
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

/** Length in frames of all channels, 1..2^31 - 1 (also for more), as the header says: the file may end before. 0 until the samples begin. */
export function wavFrames(): i32 {
  return frames;
}

/** Takes the word that is complete; STATUS_OK or what is wrong. */
function takeWord(): i32 {
  switch (next) {
    case AT_RIFF_ID:
      next = AT_RIFF_SIZE;
      return checkRiffId();
    case AT_RIFF_SIZE:
      next = AT_WAVE_ID;
      return STATUS_OK;
    case AT_WAVE_ID:
      next = AT_CHUNK_ID;
      return word === ID_WAVE ? STATUS_OK : STATUS_WAV_NOT_RIFF;
    case AT_CHUNK_ID:
      chunkId = word;
      next = AT_CHUNK_SIZE;
      return STATUS_OK;
    case AT_CHUNK_SIZE:
      chunkSize = word;
      return startChunk();
    default:
      return takeFormatWord();
  }
}

function checkRiffId(): i32 {
  if (word === ID_RIFF) return STATUS_OK;
  if (word === ID_RIFX || word === ID_RF64 || word === ID_BW64 || word === ID_WAVE64) return STATUS_WAV_RF64;
  return STATUS_WAV_NOT_RIFF;
}

function startChunk(): i32 {
  if (chunkId === ID_DATA) return startSamples();
  if (chunkId !== ID_FORMAT) {
    skipChunkAfter(0);
    return STATUS_OK;
  }
  next = AT_TAG_AND_CHANNELS;
  return chunkSize < PLAIN_FORMAT_BYTES ? STATUS_WAV_NO_FORMAT : STATUS_OK;
}

/** Skips what is left of the chunk after `taken` bytes of it, and its pad byte. */
function skipChunkAfter(taken: u32): void {
  skip = ((chunkSize - taken) as u64) + ((chunkSize & 1) as u64);
  next = AT_CHUNK_ID;
}

/** A word of the format chunk. The last one of several format chunks counts. */
function takeFormatWord(): i32 {
  switch (next) {
    case AT_TAG_AND_CHANNELS:
      tag = (word & 0xffff) as i32;
      channels = (word >>> 16) as i32;
      break;
    case AT_RATE:
      rate = word;
      break;
    case AT_BYTE_RATE:
    case AT_CHANNEL_MASK:
      break;
    case AT_BLOCK_AND_BITS:
      block = (word & 0xffff) as i32;
      bits = (word >>> 16) as i32;
      if (tag !== TAG_EXTENSIBLE) return endFormat(PLAIN_FORMAT_BYTES);
      if (chunkSize < EXTENSIBLE_FORMAT_BYTES) return STATUS_WAV_NO_FORMAT;
      break;
    case AT_VALID_BITS:
      // Fewer valid bits stand at the top of the sample, so the sample is read whole; some writers leave 0.
      if (((word >>> 16) as i32) > bits) return STATUS_WAV_BAD_BLOCK;
      break;
    case AT_GUID_0:
      if (word > 0xffff) return STATUS_WAV_COMPRESSED;
      tag = word as i32;
      break;
    case AT_GUID_1:
      if (word !== GUID_WORD_1) return STATUS_WAV_COMPRESSED;
      break;
    case AT_GUID_2:
      if (word !== GUID_WORD_2) return STATUS_WAV_COMPRESSED;
      break;
    case AT_GUID_3:
      if (word !== GUID_WORD_3) return STATUS_WAV_COMPRESSED;
      return endFormat(EXTENSIBLE_FORMAT_BYTES);
  }
  next++;
  return STATUS_OK;
}

/** The format chunk is read so far: checks it, most telling fault first. */
function endFormat(taken: u32): i32 {
  if (tag !== TAG_PCM && tag !== TAG_FLOAT) return STATUS_WAV_COMPRESSED;
  if (channels === 0) return STATUS_WAV_NO_CHANNELS;
  if (!isRate(rate)) return STATUS_WAV_BAD_RATE;
  format = formatOfBits();
  if (format === 0) return STATUS_WAV_BAD_BITS;
  const frameBytes = channels * sampleBytes(format);
  if (frameBytes > INPUT_CAPACITY) return STATUS_WAV_TOO_MANY_CHANNELS;
  if (block !== frameBytes) return STATUS_WAV_BAD_BLOCK;
  skipChunkAfter(taken);
  return STATUS_OK;
}

/** FORMAT_* of the tag and bits, 0 for none. */
function formatOfBits(): i32 {
  if (tag === TAG_FLOAT) return bits === 32 ? FORMAT_F32 : bits === 64 ? FORMAT_F64 : 0;
  switch (bits) {
    case 8:
      return FORMAT_U8;
    case 16:
      return FORMAT_S16;
    case 24:
      return FORMAT_S24;
    case 32:
      return FORMAT_S32;
    default:
      return 0;
  }
}

/** The data chunk: its samples follow. */
function startSamples(): i32 {
  if (format === 0) return STATUS_WAV_NO_FORMAT;
  if (chunkSize === 0) return STATUS_WAV_EMPTY;
  const whole = chunkSize / (block as u32);
  if (chunkSize !== UNKNOWN_SIZE && whole * (block as u32) !== chunkSize) return STATUS_WAV_BAD_BLOCK;
  frames = whole > (i32.MAX_VALUE as u32) ? i32.MAX_VALUE : (whole as i32);
  next = NOTHING;
  return STATUS_OK;
}

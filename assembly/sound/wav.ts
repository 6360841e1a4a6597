/**
 * Reads a WAV file, pushed in pieces of any size: what its samples are, where they begin, and which bytes are samples.
 *
 *     "RIFF" size "WAVE"   then chunks: id size content [pad byte when the size is odd]
 *     "ds64": riffSize:64 dataSize:64 ...      in RF64 and BW64 files, whose 32-bit sizes are 2^32 - 1
 *     "fmt ": tag:16 channels:16 rate:32 byteRate:32 block:16 bits:16 [cbSize:16 validBits:16 channelMask:32 subFormat:GUID]
 *     "data": the samples
 *
 * The header is a sequence of little-endian 32-bit words, except what is skipped; so the state is the name of the word that comes next, and its bytes
 * so far. Chunks may come in any order before "data"; unknown ones are skipped. The RIFF size is ignored.
 *
 * The size of "data" is a claim, not a fact: pipes write 0, 2^32 - 1 or something near 2^31, some phones count the header, downloads break off. So wavTake()
 * counts the bytes after the header and stops at the claimed end, and wavEnd() says whether the claim was true.
 */

import { INPUT, INPUT_CAPACITY } from "../generated/memory_map";
import * as status from "../generated/status";
import { isRate } from "./rates";
import { foreignFormat } from "./wav_foreign";

// Four characters as the little-endian word that they are read as.
const ID_RIFF: u32 = 0x46464952;
const ID_RF64: u32 = 0x34364652; // 64-bit sizes, EBU
const ID_BW64: u32 = 0x34365742; // 64-bit sizes, ITU
const ID_WAVE: u32 = 0x45564157;
const ID_SIZES: u32 = 0x34367364; // "ds64"
const ID_FORMAT: u32 = 0x20746d66; // "fmt "
const ID_DATA: u32 = 0x61746164;

const TAG_PCM: i32 = 1;
const TAG_MS_ADPCM: i32 = 2;
const TAG_FLOAT: i32 = 3;
const TAG_ALAW: i32 = 6;
const TAG_MULAW: i32 = 7;
const TAG_IMA_ADPCM: i32 = 0x11;
const TAG_GSM: i32 = 0x31;
const TAG_MPEG: i32 = 0x50;
const TAG_MP3: i32 = 0x55;
const TAG_EXTENSIBLE: i32 = 0xfffe;

/** RIFF, size, WAVE: a shorter file cannot be a WAV file. */
const RIFF_BYTES: u32 = 12;
/** Bytes of a format chunk that are read: all of the plain one; with an extension, up to the end of the GUID. */
const PLAIN_FORMAT_BYTES: u32 = 16;
const EXTENSIBLE_FORMAT_BYTES: u32 = 40;
/** Bytes of a ds64 chunk that are read, and where in it the size of "data" is. */
const SIZES_BYTES: u32 = 16;
const SIZES_DATA: u64 = 8;

// Bytes 4..15 of the sub-format GUIDs 0000tttt-0000-0010-8000-00AA00389B71 and 0000tttt-0721-11D3-8644-C8C1CA000000 (ambisonic), t = the tag; any other
// GUID is a proprietary coding.
const GUID_WORD_1: u32 = 0x00100000;
const GUID_WORD_2: u32 = 0xaa000080;
const GUID_WORD_3: u32 = 0x719b3800;
const AMBISONIC_WORD_1: u32 = 0x11d30721;
const AMBISONIC_WORD_2: u32 = 0xc1c84486;
const AMBISONIC_WORD_3: u32 = 0x000000ca;

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
const AT_DATA_SIZE_LOW: i32 = 16;
const AT_DATA_SIZE_HIGH: i32 = 17;
const AT_SAMPLES: i32 = 18;

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

// The format chunk, as far as it was read.
let tag: i32 = 0;
let channels: i32 = 0;
let rate: u32 = 0;
let byteRate: u32 = 0;
let block: i32 = 0;
let bits: i32 = 0;
let validBits: i32 = 0;
let ambisonic: bool = false;

/** FORMAT_* once a format chunk was read and is sound, 0 before. */
let format: i32 = 0;
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
  channels = 0;
  rate = 0;
  format = 0;
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
      if (!isRiff() && foreignFormat(firstWord, word) !== status.STATUS_LFS_POINTER) return foreignFormat(firstWord, word);
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
      return takeFormatWord();
  }
  next++;
  return status.STATUS_OK;
}

function isRiff(): bool {
  return firstWord === ID_RIFF || firstWord === ID_RF64 || firstWord === ID_BW64;
}

function startChunk(): i32 {
  if (chunkId === ID_DATA) return startSamples();
  if (chunkId === ID_FORMAT) {
    next = AT_TAG_AND_CHANNELS;
    return chunkSize < PLAIN_FORMAT_BYTES ? status.STATUS_WAV_NO_FORMAT : status.STATUS_OK;
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
      byteRate = word;
      break;
    case AT_CHANNEL_MASK:
      break;
    case AT_BLOCK_AND_BITS:
      block = (word & 0xffff) as i32;
      bits = (word >>> 16) as i32;
      validBits = 0;
      if (tag !== TAG_EXTENSIBLE) return endFormat(PLAIN_FORMAT_BYTES);
      if (chunkSize < EXTENSIBLE_FORMAT_BYTES) return status.STATUS_WAV_NO_FORMAT;
      break;
    case AT_VALID_BITS:
      validBits = (word >>> 16) as i32;
      break;
    case AT_GUID_0:
      if (word > 0xffff) return status.STATUS_WAV_COMPRESSED;
      tag = word as i32;
      break;
    case AT_GUID_1:
      ambisonic = word === AMBISONIC_WORD_1;
      if (word !== GUID_WORD_1 && !ambisonic) return status.STATUS_WAV_COMPRESSED;
      break;
    case AT_GUID_2:
      if (word !== (ambisonic ? AMBISONIC_WORD_2 : GUID_WORD_2)) return status.STATUS_WAV_COMPRESSED;
      break;
    case AT_GUID_3:
      if (word !== (ambisonic ? AMBISONIC_WORD_3 : GUID_WORD_3)) return status.STATUS_WAV_COMPRESSED;
      return endFormat(EXTENSIBLE_FORMAT_BYTES);
  }
  next++;
  return status.STATUS_OK;
}

/** The format chunk is read so far: checks it, most telling fault first. */
function endFormat(read: u32): i32 {
  const coding = codingFault();
  if (coding !== status.STATUS_OK) return coding;
  if (channels === 0) return status.STATUS_WAV_NO_CHANNELS;
  if (!isRate(rate)) return status.STATUS_WAV_BAD_RATE;
  // Of G.711 there is one kind, whatever the bits say.
  if (tag === TAG_ALAW || tag === TAG_MULAW) bits = 8;
  else if (!areBitsRead()) return status.STATUS_WAV_BAD_BITS;
  // Fewer valid bits stand at the top of the sample, so the sample is read whole; some writers leave 0.
  else if (validBits > bits) return status.STATUS_WAV_BAD_BLOCK;
  const bytes = (bits + 7) >> 3;
  if (block === 0) block = channels * bytes;
  if (max(block, channels * bytes) > INPUT_CAPACITY) return status.STATUS_WAV_TOO_MANY_CHANNELS;
  format = formatOf(block / channels);
  if (format === 0 || block % channels !== 0 || (block !== channels * bytes && !isWideContainer(bytes))) {
    format = 0;
    return status.STATUS_WAV_BAD_BLOCK;
  }
  skipChunkAfter(read);
  return status.STATUS_OK;
}

/** What a coding that is not read is. */
function codingFault(): i32 {
  switch (tag) {
    case TAG_PCM:
    case TAG_FLOAT:
    case TAG_ALAW:
    case TAG_MULAW:
      return status.STATUS_OK;
    case TAG_MS_ADPCM:
    case TAG_IMA_ADPCM:
      return status.STATUS_WAV_ADPCM;
    case TAG_GSM:
      return status.STATUS_WAV_GSM;
    case TAG_MPEG:
    case TAG_MP3:
      return status.STATUS_WAV_MPEG;
    default:
      return status.STATUS_WAV_COMPRESSED;
  }
}

/** Whether samples of that many bits are read. */
function areBitsRead(): bool {
  if (tag === TAG_PCM) return bits >= 1 && bits <= 32;
  return bits === 32 || bits === 64;
}

/** Whether samples of 17 to 24 bits lie at the top of 4 bytes, as some sound cards have them: then the byte rate says the same as the block. */
function isWideContainer(bytes: i32): bool {
  return tag === TAG_PCM && bytes === 3 && block === 4 * channels && (byteRate as u64) === (rate as u64) * (block as u64);
}

/** FORMAT_* of the tag for containers of that many bytes, 0 for none. */
function formatOf(bytes: i32): i32 {
  if (tag === TAG_PCM) return bytes >= 1 && bytes <= 4 ? status.FORMAT_U8 + bytes - 1 : 0;
  if (tag === TAG_FLOAT) return bytes === 4 ? status.FORMAT_F32 : bytes === 8 ? status.FORMAT_F64 : 0;
  return bytes !== 1 ? 0 : tag === TAG_MULAW ? status.FORMAT_MULAW : status.FORMAT_ALAW;
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

/**
 * The format chunk of a WAV file: what its samples are.
 *
 *     tag:16 channels:16 rate:32 byteRate:32 block:16 bits:16 [cbSize:16 validBits:16 channelMask:32 subFormat:GUID]
 */
import { INPUT_CAPACITY } from "../generated/memory_map";
import * as status from "../generated/status";
import { isRate } from "./rates";

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

/** Bytes of a format chunk that are read: all of the plain one; with an extension, up to the end of the GUID. */
const PLAIN_FORMAT_BYTES: i32 = 16;
const EXTENSIBLE_FORMAT_BYTES: i32 = 40;

// Bytes 4..15 of the sub-format GUIDs 0000tttt-0000-0010-8000-00AA00389B71 and 0000tttt-0721-11D3-8644-C8C1CA000000 (ambisonic), t = the tag; any other
// GUID is a proprietary coding.
const GUID_WORD_1: u32 = 0x00100000;
const GUID_WORD_2: u32 = 0xaa000080;
const GUID_WORD_3: u32 = 0x719b3800;
const AMBISONIC_WORD_1: u32 = 0x11d30721;
const AMBISONIC_WORD_2: u32 = 0xc1c84486;
const AMBISONIC_WORD_3: u32 = 0x000000ca;

// What the next word is.
const AT_TAG_AND_CHANNELS: i32 = 0;
const AT_RATE: i32 = 1;
const AT_BYTE_RATE: i32 = 2;
const AT_BLOCK_AND_BITS: i32 = 3;
const AT_VALID_BITS: i32 = 4;
const AT_CHANNEL_MASK: i32 = 5;
const AT_GUID_0: i32 = 6;
const AT_GUID_1: i32 = 7;
const AT_GUID_2: i32 = 8;
const AT_GUID_3: i32 = 9;

// Initial values are literals: a named one would be stored by a start function.
let next: i32 = 0;
/** Bytes of the chunk. */
let size: u32 = 0;

// The format chunk, as far as it was read.
let tag: i32 = 0;
export let channels: i32 = 0;
export let rate: u32 = 0;
let byteRate: u32 = 0;
export let block: i32 = 0;
let bits: i32 = 0;
let validBits: i32 = 0;
let ambisonic: bool = false;

/** FORMAT_* once a format chunk was read and is sound, 0 before. */
export let format: i32 = 0;

/** A new file begins. */
export function forgetFormat(): void {
  channels = 0;
  rate = 0;
  format = 0;
}

/** A format chunk of that many bytes begins; STATUS_OK or what is wrong. */
export function beginFormat(bytes: u32): i32 {
  size = bytes;
  next = AT_TAG_AND_CHANNELS;
  return bytes < (PLAIN_FORMAT_BYTES as u32) ? status.STATUS_WAV_NO_FORMAT : status.STATUS_OK;
}

/**
 * Takes the next word of the format chunk. 0: more follow; above 0: the chunk is read so far as it matters, that many bytes of it; negative: what is wrong. The last one of
 * several format chunks counts.
 */
export function takeFormatWord(word: u32): i32 {
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
      if (size < (EXTENSIBLE_FORMAT_BYTES as u32)) return status.STATUS_WAV_NO_FORMAT;
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
  return 0;
}

/** `read` bytes of the chunk were read: returns them if all is well, else the most telling fault. */
function endFormat(read: i32): i32 {
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
  return read;
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

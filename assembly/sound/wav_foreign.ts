import * as status from "../generated/status";

/**
 * What a file is that is not a WAV file, by its first eight bytes as two little-endian words: the status that names it. Of a Git LFS pointer that is the beginning,
 * "version ", which other texts may have, too.
 */
export function foreignFormat(first: u32, second: u32): i32 {
  switch (first) {
    case 0x43614c66: // "fLaC"
      return status.STATUS_IS_FLAC;
    case 0x5367674f: // "OggS"
      return status.STATUS_IS_OGG;
    case 0xa3df451a: // EBML
      return status.STATUS_IS_WEBM;
    case 0x4d524f46: // "FORM"
      return status.STATUS_IS_AIFF;
    case 0x4d412123: // "#!AM"
      return status.STATUS_IS_AMR;
    case 0x66666163: // "caff"
      return status.STATUS_IS_CAF;
    case 0x58464952: // "RIFX"
      return status.STATUS_WAV_BIG_ENDIAN;
    case 0x66666972: // "riff"
      return status.STATUS_WAV_WAVE64;
  }
  if (second === 0x70797466) return status.STATUS_IS_MP4; // "ftyp"
  if (first === 0x73726576 && second === 0x206e6f69) return status.STATUS_LFS_POINTER; // "version "
  if ((first & 0xffffff) === 0x334449) return status.STATUS_IS_MP3; // "ID3"
  if ((first & 0xf6ff) === 0xf0ff) return status.STATUS_IS_AAC; // ADTS: sync of 12 bits, layer 0
  if ((first & 0xe0ff) === 0xe0ff && (first & 0x600) !== 0 && (first & 0x600) !== 0x600) return status.STATUS_IS_MP3; // sync of 11 bits, layer III or II
  return isWebText((u64(second) << 32) | u64(first)) ? status.STATUS_WEB_PAGE : status.STATUS_WAV_NOT_RIFF;
}

/** Whether text begins with "<" or "{", after white space or a byte order mark. */
function isWebText(text: u64): bool {
  if ((text & 0xffffff) == 0xbfbbef) text >>= 24;
  else if ((text & 0xffff) == 0xfeff) text >>= 16;
  while ((text & 0xff) == 0x20 || (text & 0xff) == 0x0a || (text & 0xff) == 0x0d || (text & 0xff) == 0x09) text >>= 8;
  return (text & 0xff) == 0x3c || (text & 0xff) == 0x7b;
}

/**
 * WAV files for tests: a writer for every format that is read, which can also lie in its header, and a list of hostile files made with it.
 * It shares no code with the reader in the module.
 */

import { INPUT_FORMAT, type InputFormat, type StatusName, type WarningCode } from "../../ts-tools/abi/status.js";
import { ALAW, MULAW, nearestCode } from "../reference/g711.js";

/** Bits of one sample of a format. */
export const BITS: Record<InputFormat, number> = { u8: 8, s16: 16, s24: 24, s32: 32, f32: 32, f64: 64, mulaw: 8, alaw: 8 };

const PLAIN_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];
const AMBISONIC_TAIL = [0x00, 0x00, 0x21, 0x07, 0xd3, 0x11, 0x86, 0x44, 0xc8, 0xc1, 0xca, 0x00, 0x00, 0x00];

const FORMATS = Object.keys(INPUT_FORMAT) as InputFormat[];

export interface Chunk {
  /** Four characters. */
  id: string;
  bytes: Uint8Array;
  /** What the chunk says its size is; default the truth. */
  size?: number;
}

export interface WavOptions {
  /** Default s16. */
  format?: InputFormat;
  /** Default 1. */
  channels?: number;
  /** Hz, default 16,000. */
  rate?: number;
  /** Writes WAVE_FORMAT_EXTENSIBLE with its 40-byte format chunk. */
  extensible?: boolean;
  /** Bytes 2 to 15 of its GUID, if not those of plain PCM and floats. */
  guidTail?: readonly number[];
  /** Bytes added to the format chunk (a cbSize field of 0 and so on). */
  formatExtra?: Uint8Array;
  beforeFormat?: Chunk[];
  beforeData?: Chunk[];
  afterData?: Chunk[];
  /** What the header says instead of the truth. */
  lie?: {
    tag?: number;
    channels?: number;
    rate?: number;
    bits?: number;
    blockBytes?: number;
    byteRate?: number;
    dataBytes?: number;
    riffBytes?: number;
    /** Instead of "RIFF" and "WAVE". */
    riff?: string;
    wave?: string;
  };
  /** Leaves a chunk out altogether. */
  without?: "fmt " | "data";
}

/**
 * A WAV file. `samples` are interleaved and in the format's own unit: 0..255 for u8, -32768..32767 for s16, -2^23..2^23-1 for s24,
 * -2^31..2^31-1 for s32, 1.0 full scale for the floats, codes for G.711.
 */
export function wavFile(samples: ArrayLike<number>, options: WavOptions = {}): Uint8Array<ArrayBuffer> {
  const chunks = [...(options.beforeFormat ?? [])];
  if (options.without !== "fmt ") chunks.push({ id: "fmt ", bytes: formatChunk(options) });
  chunks.push(...(options.beforeData ?? []));
  const data: Chunk = { id: "data", bytes: sampleBytes(samples, options.format ?? "s16") };
  if (options.lie?.dataBytes !== undefined) data.size = options.lie.dataBytes;
  if (options.without !== "data") chunks.push(data);
  chunks.push(...(options.afterData ?? []));
  const body = concat(chunks.map(chunkBytes));
  const lie = options.lie ?? {};
  return concat([text(lie.riff ?? "RIFF"), u32(lie.riffBytes ?? body.length + 4), text(lie.wave ?? "WAVE"), body]);
}

/** The bytes of samples in a data chunk, little-endian. */
export function sampleBytes(samples: ArrayLike<number>, format: InputFormat): Uint8Array<ArrayBuffer> {
  const width = BITS[format] / 8;
  const bytes = new Uint8Array(samples.length * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    const at = i * width;
    if (BITS[format] === 8) view.setUint8(at, value);
    else if (format === "s16") view.setInt16(at, value, true);
    else if (format === "s24") {
      view.setUint16(at, value & 0xffff, true);
      view.setInt8(at + 2, value >> 16);
    } else if (format === "s32") view.setInt32(at, value, true);
    else if (format === "f32") view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
  }
  return bytes;
}

/** int16 samples in the units of another format: exactly in those of 16 bits and more. */
export function fromInt16(samples: Int16Array, format: InputFormat): number[] {
  const scale: Record<InputFormat, (x: number) => number> = {
    u8: (x) => (x >> 8) + 128,
    s16: (x) => x,
    s24: (x) => x * 256,
    s32: (x) => x * 65536,
    f32: (x) => x / 32768,
    f64: (x) => x / 32768,
    mulaw: (x) => nearestCode(MULAW, x),
    alaw: (x) => nearestCode(ALAW, x),
  };
  return Array.from(samples, scale[format]);
}

/** The first bytes of what is no WAV file, whatever its name says. */
const FOREIGN: readonly [string, StatusName, Uint8Array][] = [
  ["flac.wav", "IS_FLAC", text("fLaC")],
  ["mp3-with-tags.wav", "IS_MP3", text("ID3\x04")],
  ["mp3-layer-iii.wav", "IS_MP3", Uint8Array.of(0xff, 0xfb, 0x90, 0x64)],
  ["mp3-mpeg-2.5.wav", "IS_MP3", Uint8Array.of(0xff, 0xe3, 0x18, 0xc4)],
  ["aac-adts.wav", "IS_AAC", Uint8Array.of(0xff, 0xf1, 0x50, 0x80)],
  ["ogg.wav", "IS_OGG", text("OggS")],
  ["m4a.wav", "IS_MP4", text("\0\0\0 ftypM4A ")],
  ["webm.wav", "IS_WEBM", Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3)],
  ["amr.wav", "IS_AMR", text("#!AMR\n")],
  ["aiff.wav", "IS_AIFF", text("FORM\0\0\0 AIFF")],
  ["caf.wav", "IS_CAF", text("caff\0\x01")],
  ["wave64.wav", "WAV_WAVE64", text("riff\x2e\x91\xcf\x11")],
  ["web-page.wav", "WEB_PAGE", text("<!doctype html><html>")],
  ["web-page-after-lines.wav", "WEB_PAGE", text("\r\n <html>")],
  ["web-page-with-mark.wav", "WEB_PAGE", text("\xef\xbb\xbf<html>")],
  ["web-page-after-many-lines.wav", "WEB_PAGE", text("\xef\xbb\xbf\r\n\r\n<html>")],
  ["web-page-in-utf-16.wav", "WEB_PAGE", text("\xff\xfe<\0h\0t\0m\0l\0")],
  ["json-error.wav", "WEB_PAGE", text('{"error": 404}')],
  ["version-of-something.wav", "WAV_NOT_RIFF", text("version 3 of my recording")],
  ["lfs-pointer.wav", "LFS_POINTER", text("version https://git-lfs.github.com/spec/v1\n")],
];

export interface HostileWav {
  /** A file name that says what is wrong. */
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** The status whose sentence is expected. */
  status: StatusName;
}

/** Files that must be refused with one sentence each. Numbers and sizes are those of broken and malicious files people have met. */
export function hostileWavs(): HostileWav[] {
  const sound = Int16Array.from({ length: 4000 }, (_, i) => Math.round(8000 * Math.sin(i / 5)));
  const good = wavFile(sound);
  const of = (name: string, status: StatusName, options: WavOptions): HostileWav => ({ name, status, bytes: wavFile(sound, options) });
  const cut = (name: string, status: StatusName, length: number): HostileWav => ({ name, status, bytes: good.slice(0, length) });
  return [
    { name: "empty-file.wav", bytes: new Uint8Array(0), status: "EMPTY_FILE" },
    { name: "text.wav", bytes: text("This is a text, however long it may be, and no sound at all.\n"), status: "WAV_NOT_RIFF" },
    ...FOREIGN.map(([name, status, first]): HostileWav => ({ name, status, bytes: concat([first, new Uint8Array(60)]) })),
    of("riff-but-avi.wav", "WAV_NOT_RIFF", { lie: { wave: "AVI " } }),
    of("rifx.wav", "WAV_BIG_ENDIAN", { lie: { riff: "RIFX" } }),
    cut("cut-in-riff.wav", "WAV_NOT_RIFF", 7),
    cut("cut-in-format.wav", "WAV_NO_DATA", 30),
    cut("cut-before-data.wav", "WAV_NO_DATA", 36),
    cut("cut-in-data-size.wav", "WAV_NO_DATA", 42),
    cut("cut-before-samples.wav", "WAV_EMPTY", 44),
    cut("cut-in-the-first-sample.wav", "WAV_EMPTY", 45),
    of("no-format-chunk.wav", "WAV_NO_FORMAT", { without: "fmt " }),
    of("no-data-chunk.wav", "WAV_NO_DATA", { without: "data" }),
    of("format-chunk-too-short.wav", "WAV_NO_FORMAT", { without: "fmt ", beforeFormat: [{ id: "fmt ", bytes: new Uint8Array(8) }] }),
    of("huge-chunk-before-data.wav", "WAV_NO_DATA", { beforeData: [{ id: "LIST", bytes: new Uint8Array(4), size: 0x7fffffff }] }),
    of("compressed-adpcm.wav", "WAV_ADPCM", { lie: { tag: 2, bits: 4 } }),
    of("compressed-ima-adpcm.wav", "WAV_ADPCM", { lie: { tag: 0x11, bits: 4 } }),
    of("compressed-gsm.wav", "WAV_GSM", { lie: { tag: 0x31, bits: 0 } }),
    of("compressed-mp3.wav", "WAV_MPEG", { lie: { tag: 0x55 } }),
    of("compressed-unknown.wav", "WAV_COMPRESSED", { lie: { tag: 0x161 } }),
    of("g711-of-two-bytes.wav", "WAV_BAD_BLOCK", { lie: { tag: 7 } }),
    of("zero-channels.wav", "WAV_NO_CHANNELS", { lie: { channels: 0, blockBytes: 0 } }),
    of("65535-channels.wav", "WAV_TOO_MANY_CHANNELS", { lie: { channels: 65535, blockBytes: 65534 } }),
    of("zero-hertz.wav", "WAV_BAD_RATE", { lie: { rate: 0, byteRate: 0 } }),
    of("two-megahertz.wav", "WAV_BAD_RATE", { lie: { rate: 2000000 } }),
    of("negative-rate.wav", "WAV_BAD_RATE", { lie: { rate: 0xffff3e80 } }),
    of("twelve-bits-in-one-byte.wav", "WAV_BAD_BLOCK", { lie: { bits: 12, blockBytes: 1 } }),
    of("forty-bits.wav", "WAV_BAD_BITS", { lie: { bits: 40, blockBytes: 5 } }),
    of("container-that-the-byte-rate-denies.wav", "WAV_BAD_BLOCK", { lie: { bits: 24, blockBytes: 4, byteRate: 48000 } }),
    of("zero-bits.wav", "WAV_BAD_BITS", { lie: { bits: 0 } }),
    of("block-size-wrong.wav", "WAV_BAD_BLOCK", { lie: { blockBytes: 3 } }),
    {
      name: "no-samples-but-a-list.wav",
      bytes: wavFile([], { afterData: [{ id: "LIST", bytes: new Uint8Array(26) }] }),
      status: "WAV_EMPTY",
    },
    { name: "no-samples.wav", bytes: wavFile([]), status: "WAV_EMPTY" },
  ];
}

/** Files whose header is wrong about their length: all are read up to their last whole frame, with this warning. */
export function wronglyLongWavs(
  sound: Int16Array,
): { name: string; bytes: Uint8Array<ArrayBuffer>; warning: WarningCode; samples: Int16Array }[] {
  const whole = 2 * sound.length;
  const of = (name: string, warning: WarningCode, dataBytes: number, riffBytes = dataBytes) => ({
    name,
    warning,
    samples: sound,
    bytes: wavFile(sound, { lie: { dataBytes, riffBytes } }),
  });
  const cut = (name: string, bytes: number) => ({
    name,
    warning: "WAV_SHORTER" as const,
    samples: sound.subarray(0, bytes >> 1),
    bytes: wavFile(sound).slice(0, 44 + bytes),
  });
  return [
    of("pipe-of-ffmpeg.wav", "WAV_LENGTH_UNKNOWN", 0xffffffff),
    of("pipe-of-sox.wav", "WAV_LENGTH_UNKNOWN", 0x7ffff000, 0x7ffff024),
    of("pipe-of-arecord.wav", "WAV_LENGTH_UNKNOWN", 0x80000000, 0x80000024),
    of("pipe-of-another-writer.wav", "WAV_LENGTH_UNKNOWN", 0xfffffffe),
    of("not-finished.wav", "WAV_LENGTH_UNKNOWN", 0),
    of("not-finished-but-begun.wav", "WAV_LENGTH_UNKNOWN", 0, 36),
    of("header-counted.wav", "WAV_SHORTER", whole + 44),
    of("one-gigabyte-claimed.wav", "WAV_SHORTER", 1 << 30),
    cut("cut-in-samples.wav", 2 * (sound.length >> 1)),
    cut("cut-in-a-sample.wav", 2 * (sound.length >> 1) + 1),
    {
      name: "odd-byte.wav",
      warning: "PARTIAL_FRAME",
      samples: sound,
      bytes: concat([wavFile(sound, { lie: { dataBytes: whole + 1 } }), Uint8Array.of(7)]),
    },
    {
      name: "one-channel-too-many.wav",
      warning: "PARTIAL_FRAME",
      samples: sound,
      bytes: wavFile([...interleave(sound, 2), 99], { channels: 2 }),
    },
    {
      name: "rf64-without-sizes.wav",
      warning: "WAV_LENGTH_UNKNOWN",
      samples: sound,
      bytes: wavFile(sound, { lie: { riff: "RF64", riffBytes: 0xffffffff, dataBytes: 0xffffffff } }),
    },
  ];
}

/** A ds64 chunk. */
function sizes(dataBytes: number): Chunk {
  return { id: "ds64", bytes: concat([u32(dataBytes + 72), u32(0), u32(dataBytes), u32(0), u32(0), u32(0), u32(0)]) };
}

/** Files that look odd and are right: all must be read, and all hold the same sound. */
export function oddButGoodWavs(sound: Int16Array): { name: string; bytes: Uint8Array<ArrayBuffer> }[] {
  const samples = Array.from(sound);
  const odd: Chunk = { id: "LIST", bytes: new Uint8Array(7).fill(65) };
  return [
    { name: "plain.wav", bytes: wavFile(samples) },
    { name: "odd-chunk-before-format.wav", bytes: wavFile(samples, { beforeFormat: [odd] }) },
    { name: "odd-chunk-before-data.wav", bytes: wavFile(samples, { beforeData: [odd, { id: "fact", bytes: u32(samples.length) }] }) },
    { name: "large-chunk-before-data.wav", bytes: wavFile(samples, { beforeData: [{ id: "JUNK", bytes: new Uint8Array(300001) }] }) },
    { name: "chunk-after-data.wav", bytes: wavFile(samples, { afterData: [odd, { id: "id3 ", bytes: new Uint8Array(50) }] }) },
    { name: "extensible.wav", bytes: wavFile(samples, { extensible: true }) },
    { name: "extensible-ambisonic.wav", bytes: wavFile(samples, { extensible: true, guidTail: AMBISONIC_TAIL }) },
    ...["RF64", "BW64"].map((riff) => ({
      name: `${riff}.wav`,
      bytes: wavFile(samples, {
        beforeFormat: [sizes(2 * samples.length)],
        afterData: [odd],
        lie: { riff, riffBytes: 0xffffffff, dataBytes: 0xffffffff },
      }),
    })),
    { name: "twelve-bits-in-two-bytes.wav", bytes: wavFile(samples, { lie: { bits: 12, blockBytes: 2 } }) },
    {
      name: "twenty-bits-in-three-bytes.wav",
      bytes: wavFile(fromInt16(sound, "s24"), { format: "s24", lie: { bits: 20, blockBytes: 3 } }),
    },
    {
      name: "twenty-four-bits-in-four-bytes.wav",
      bytes: wavFile(fromInt16(sound, "s32"), { format: "s32", lie: { bits: 24, blockBytes: 4 } }),
    },
    { name: "format-chunk-of-18-bytes.wav", bytes: wavFile(samples, { formatExtra: new Uint8Array(2) }) },
    { name: "riff-size-wrong.wav", bytes: wavFile(samples, { lie: { riffBytes: 0 } }) },
    { name: "block-size-zero.wav", bytes: wavFile(samples, { lie: { blockBytes: 0 } }) },
    { name: "byte-rate-wrong.wav", bytes: wavFile(samples, { lie: { byteRate: 1 } }) },
    ...FORMATS.filter((format) => BITS[format] > 8).map((format) => ({
      name: `${format}.wav`,
      bytes: wavFile(fromInt16(sound, format), { format }),
    })),
    { name: "stereo.wav", bytes: wavFile(interleave(sound, 2), { channels: 2 }) },
    // Frames of 18 bytes, which no power of two nor multiple of ten is whole in.
    { name: "six-channels-of-24-bits.wav", bytes: wavFile(fromInt16(interleave(sound, 6), "s24"), { format: "s24", channels: 6 }) },
    { name: "six-channels-extensible.wav", bytes: wavFile(interleave(sound, 6), { channels: 6, extensible: true }) },
  ];
}

/** The same sound on every channel. */
export function interleave(sound: Int16Array, channels: number): Int16Array {
  return Int16Array.from({ length: sound.length * channels }, (_, i) => sound[Math.floor(i / channels)]!);
}

function formatChunk(options: WavOptions): Uint8Array<ArrayBuffer> {
  const format = options.format ?? "s16";
  const lie = options.lie ?? {};
  const channels = lie.channels ?? options.channels ?? 1;
  const rate = lie.rate ?? options.rate ?? 16000;
  const bits = lie.bits ?? BITS[format];
  const block = lie.blockBytes ?? (channels * bits) >> 3;
  const tag = lie.tag ?? (format === "mulaw" ? 7 : format === "alaw" ? 6 : format.startsWith("f") ? 3 : 1);
  const plain = concat([
    u16(options.extensible ? 0xfffe : tag),
    u16(channels),
    u32(rate),
    u32(lie.byteRate ?? rate * block),
    u16(block),
    u16(bits),
  ]);
  if (!options.extensible) return concat([plain, options.formatExtra ?? new Uint8Array(0)]);
  const { guidTail = PLAIN_TAIL } = options;
  return concat([plain, u16(22), u16(bits), u32(0), u16(tag), Uint8Array.from(guidTail)]);
}

/** A chunk with its padding byte. */
function chunkBytes(chunk: Chunk): Uint8Array<ArrayBuffer> {
  return concat([text(chunk.id), u32(chunk.size ?? chunk.bytes.length), chunk.bytes, new Uint8Array(chunk.bytes.length & 1)]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

function text(value: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function u16(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 255, (value >> 8) & 255);
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255);
}

import { INPUT, INPUT_CAPACITY } from "../../../assembly/generated/memory_map";
import * as status from "../../../assembly/generated/status";
import { wavBegin, wavChannels, wavEnd, wavFormat, wavFrames, wavPush, wavRate } from "../../../assembly/sound/wav";
import { bits, integer, seed } from "../support/random";

const PCM: u32 = 1;
const FLOAT: u32 = 3;
const EXTENSIBLE: u32 = 0xfffe;

// The file that a test writes, and how much of it there is.
const file = new StaticArray<u8>(4096);
let length: i32 = 0;

function put(value: u32, bytes: i32): void {
  for (let i = 0; i < bytes; i++) file[length++] = <u8>(value >> (8 * i));
}

function putId(id: string): void {
  for (let i = 0; i < 4; i++) file[length++] = <u8>id.charCodeAt(i);
}

function putRiff(): void {
  length = 0;
  putId("RIFF");
  put(bits(), 4);
  putId("WAVE");
}

/** A format chunk, its size and its blocks as they should be, and `size` - 16 bytes after the plain fields. */
function putFormat(size: u32, tag: u32, channels: u32, rate: u32, depth: u32): void {
  putId("fmt ");
  put(size, 4);
  put(tag, 2);
  put(channels, 2);
  put(rate, 4);
  put((rate * channels * depth) >> 3, 4);
  put((channels * depth) >> 3, 2);
  put(depth, 2);
}

/** An extensible one, with the GUID of a tag. */
function putExtensible(tag: u32, channels: u32, rate: u32, depth: u32, validBits: u32): void {
  putFormat(40, EXTENSIBLE, channels, rate, depth);
  put(22, 2);
  put(validBits, 2);
  put(0, 4);
  put(tag, 4);
  put(0x00100000, 4);
  put(0xaa000080, 4);
  put(0x719b3800, 4);
}

function putData(bytes: u32): void {
  putId("data");
  put(bytes, 4);
}

/** Pushes the file in pieces of 1..`most` bytes: a negative status, 0 for too little, or where in the file the samples begin. */
function read(most: i32): i32 {
  wavBegin();
  for (let at = 0; at < length; ) {
    const bytes = min(integer(1, most), length - at);
    for (let i = 0; i < bytes; i++) store<u8>(INPUT + <usize>i, file[at + i]);
    const result = wavPush(bytes);
    if (result != 0) return result < 0 ? result : at + result;
    at += bytes;
  }
  return 0;
}

/** The answer to the whole file; -1000 where a byte at a time or random pieces answer or find something else. */
function answer(): i32 {
  const whole = read(1);
  const format = wavFormat();
  const channels = wavChannels();
  const rate = wavRate();
  const frames = wavFrames();
  for (let trial = 0; trial < 4; trial++) {
    const pieces = read(trial == 0 ? INPUT_CAPACITY : 1 << (2 * trial));
    if (pieces != whole || wavFormat() != format || wavChannels() != channels || wavRate() != rate || wavFrames() != frames) return -1000;
  }
  return whole;
}

/** The answer to a file with this format chunk and 4,000 bytes of data. */
function answerFormat(size: u32, tag: u32, channels: u32, rate: u32, depth: u32): i32 {
  putRiff();
  putFormat(size, tag, channels, rate, depth);
  for (let i: u32 = 16; i < size + (size & 1); i++) put(0, 1);
  putData(4000);
  return answer();
}

describe("a WAV header of a sound that can be read", () => {
  it("is read for each format, plain and extensible", () => {
    const tags: StaticArray<u32> = [PCM, PCM, PCM, PCM, FLOAT, FLOAT];
    const depths: StaticArray<u32> = [8, 16, 24, 32, 32, 64];
    for (let i = 0; i < 6; i++) {
      for (let channels: u32 = 1; channels <= 5; channels += 2) {
        putRiff();
        putFormat(16, tags[i], channels, 22050, depths[i]);
        putData(channels * 7 * (depths[i] >> 3));
        expect<i32>(answer()).toBe(length);
        expect<i32>(wavFormat()).toBe(status.FORMAT_U8 + i);
        expect<i32>(wavChannels()).toBe(i32(channels));
        expect<i32>(wavRate()).toBe(22050);
        expect<i32>(wavFrames()).toBe(7);
        putRiff();
        putExtensible(tags[i], channels, 8000, depths[i], depths[i] - (i == 2 ? 4 : 0));
        putData(channels * 7 * (depths[i] >> 3));
        expect<i32>(answer()).toBe(length);
        expect<i32>(wavFormat()).toBe(status.FORMAT_U8 + i);
        expect<i32>(wavRate()).toBe(8000);
        expect<i32>(wavFrames()).toBe(7);
      }
    }
  });
  it("may have other chunks before and after the format, with an odd size and a pad byte", () => {
    putRiff();
    for (let i = 0; i < 3; i++) {
      putId("junk");
      put(2 * i + 1, 4);
      for (let byte = 0; byte < 2 * i + 2; byte++) put(0x64, 1);
    }
    putFormat(17, PCM, 1, 16000, 16);
    put(0, 2);
    putId("LIST");
    put(0, 4);
    putData(20);
    expect<i32>(answer()).toBe(length);
    expect<i32>(wavFrames()).toBe(10);
  });
  it("is G.711 whatever its bits, plain and extensible", () => {
    for (let tag: u32 = 6; tag <= 7; tag++) {
      for (let depth: u32 = 0; depth < 17; depth++) {
        putRiff();
        if (depth > 12) putExtensible(tag, 2, 8000, 8, depth);
        else {
          putFormat(16, tag, 2, 8000, 8);
          file[34] = <u8>depth;
        }
        putData(20);
        expect<i32>(answer()).toBe(length);
        expect<i32>(wavFormat()).toBe(tag == 7 ? status.FORMAT_MULAW : status.FORMAT_ALAW);
        expect<i32>(wavFrames()).toBe(10);
      }
    }
  });
  it("may have two format chunks: the last counts", () => {
    putRiff();
    putExtensible(FLOAT, 2, 48000, 32, 32);
    putFormat(16, PCM, 1, 11025, 8);
    putData(5);
    expect<i32>(answer()).toBe(length);
    expect<i32>(wavFormat()).toBe(status.FORMAT_U8);
    expect<i32>(wavChannels()).toBe(1);
    expect<i32>(wavRate()).toBe(11025);
    expect<i32>(wavFrames()).toBe(5);
  });
  it("is read after a chunk of 2^32 - 1 bytes and its pad byte", () => {
    seed(60);
    putRiff();
    putFormat(16, PCM, 2, 16000, 16);
    putId("JUNK");
    put(0xffffffff, 4);
    expect<i32>(read(100)).toBe(0);
    memory.fill(INPUT, 0x61, INPUT_CAPACITY);
    let tooEarly = 0;
    for (let left: i64 = 4294967296; left > 0; left -= INPUT_CAPACITY) {
      if (wavPush(i32(min<i64>(left, INPUT_CAPACITY))) != 0) tooEarly++;
    }
    expect<i32>(tooEarly).toBe(0);
    length = 0;
    putData(12);
    for (let i = 0; i < length; i++) store<u8>(INPUT + <usize>i, file[i]);
    expect<i32>(wavPush(length)).toBe(length);
    expect<i32>(wavFrames()).toBe(3);
  });
  it("has the limits of rate and channels inside", () => {
    expect<i32>(answerFormat(16, PCM, 1, 8000, 16)).toBe(length);
    expect<i32>(answerFormat(18, FLOAT, 1, 192000, 32)).toBe(length);
    putRiff();
    putFormat(16, PCM, <u32>INPUT_CAPACITY, 16000, 8);
    putData(<u32>INPUT_CAPACITY);
    expect<i32>(answer()).toBe(length);
    expect<i32>(wavFrames()).toBe(1);
  });
});

describe("a hostile WAV header", () => {
  it("with a format that cannot be read is refused for its first fault", () => {
    seed(61);
    expect<i32>(answerFormat(14, PCM, 1, 16000, 16)).toBe(status.STATUS_WAV_NO_FORMAT);
    expect<i32>(answerFormat(0, PCM, 1, 16000, 16)).toBe(status.STATUS_WAV_NO_FORMAT);
    expect<i32>(answerFormat(39, EXTENSIBLE, 1, 16000, 16)).toBe(status.STATUS_WAV_NO_FORMAT);
    expect<i32>(answerFormat(40, EXTENSIBLE, 1, 16000, 16)).toBe(status.STATUS_WAV_COMPRESSED);
    expect<i32>(answerFormat(16, 0, 1, 16000, 16)).toBe(status.STATUS_WAV_COMPRESSED);
    expect<i32>(answerFormat(20, 2, 1, 16000, 4)).toBe(status.STATUS_WAV_ADPCM);
    expect<i32>(answerFormat(20, 0x11, 1, 16000, 4)).toBe(status.STATUS_WAV_ADPCM);
    expect<i32>(answerFormat(20, 0x31, 1, 8000, 0)).toBe(status.STATUS_WAV_GSM);
    expect<i32>(answerFormat(30, 0x55, 2, 44100, 0)).toBe(status.STATUS_WAV_MPEG);
    expect<i32>(answerFormat(18, 7, 1, 8000, 16)).toBe(status.STATUS_WAV_BAD_BLOCK);
    expect<i32>(answerFormat(16, PCM, 0, 16000, 16)).toBe(status.STATUS_WAV_NO_CHANNELS);
    expect<i32>(answerFormat(16, PCM, 1, 7999, 16)).toBe(status.STATUS_WAV_BAD_RATE);
    expect<i32>(answerFormat(16, PCM, 1, 192001, 16)).toBe(status.STATUS_WAV_BAD_RATE);
    expect<i32>(answerFormat(16, PCM, 1, 0, 16)).toBe(status.STATUS_WAV_BAD_RATE);
    expect<i32>(answerFormat(16, PCM, 1, 0xffffffff, 16)).toBe(status.STATUS_WAV_BAD_RATE);
    expect<i32>(answerFormat(16, PCM, 1, 16000, 0)).toBe(status.STATUS_WAV_BAD_BITS);
    expect<i32>(answerFormat(16, PCM, 1, 16000, 12)).toBe(status.STATUS_WAV_BAD_BLOCK);
    expect<i32>(answerFormat(16, PCM, 1, 16000, 64)).toBe(status.STATUS_WAV_BAD_BITS);
    expect<i32>(answerFormat(16, FLOAT, 1, 16000, 16)).toBe(status.STATUS_WAV_BAD_BITS);
    expect<i32>(answerFormat(16, PCM, <u32>INPUT_CAPACITY + 1, 16000, 8)).toBe(status.STATUS_WAV_TOO_MANY_CHANNELS);
    expect<i32>(answerFormat(16, PCM, 65535, 16000, 32)).toBe(status.STATUS_WAV_TOO_MANY_CHANNELS);
  });
  it("with blocks that are not its channels is refused", () => {
    seed(62);
    for (let block: u32 = 0; block < 10; block++) {
      putRiff();
      putFormat(16, PCM, 2, 16000, 16);
      file[32] = <u8>block;
      putData(360);
      expect<i32>(answer()).toBe(block == 0 || block == 4 ? length : status.STATUS_WAV_BAD_BLOCK);
    }
    putRiff();
    putExtensible(PCM, 1, 16000, 16, 17);
    expect<i32>(answer()).toBe(status.STATUS_WAV_BAD_BLOCK);
  });
  it("with another GUID in any byte is refused", () => {
    seed(63);
    for (let byte = 0; byte < 16; byte++) {
      putRiff();
      putExtensible(PCM, 1, 16000, 16, 16);
      putData(20);
      file[44 + byte] ^= 0x20;
      expect<i32>(answer()).toBe(status.STATUS_WAV_COMPRESSED);
    }
  });
  it("with other first bytes is refused, other formats by name", () => {
    seed(64);
    const names: StaticArray<string> = ["RIFX", "riff", "fLaC", "OggS", "FORM", "#!AM", "caff", "<htm"];
    const refusals: StaticArray<i32> = [
      status.STATUS_WAV_BIG_ENDIAN,
      status.STATUS_WAV_WAVE64,
      status.STATUS_IS_FLAC,
      status.STATUS_IS_OGG,
      status.STATUS_IS_AIFF,
      status.STATUS_IS_AMR,
      status.STATUS_IS_CAF,
      status.STATUS_WEB_PAGE,
    ];
    for (let i = 0; i < names.length; i++) {
      length = 0;
      putId(names[i]);
      expect<i32>(answer()).toBe(0);
      put(bits(), 4);
      expect<i32>(answer()).toBe(refusals[i]);
    }
    for (let byte = 0; byte < 12; byte++) {
      putRiff();
      putFormat(16, PCM, 1, 16000, 16);
      putData(20);
      file[byte] ^= 1;
      expect<i32>(answer()).toBe(byte < 4 || byte > 7 ? status.STATUS_WAV_NOT_RIFF : length);
    }
  });
  it("with data in front of its format, or without data, is refused", () => {
    seed(65);
    putRiff();
    putData(20);
    expect<i32>(answer()).toBe(status.STATUS_WAV_NO_FORMAT);
    putRiff();
    putFormat(16, PCM, 1, 16000, 16);
    putData(0);
    expect<i32>(answer()).toBe(length);
    expect<i32>(wavEnd()).toBe(status.STATUS_WAV_EMPTY);
  });
  it("that ends anywhere asks for more, and finds nothing", () => {
    seed(66);
    putRiff();
    putExtensible(PCM, 2, 16000, 16, 16);
    putData(20);
    const whole = length;
    for (length = 0; length < whole; length++) {
      expect<i32>(answer()).toBe(0);
      expect<i32>(wavFrames()).toBe(0);
    }
  });
  it("may put samples of 17 to 24 bits at the top of 4 bytes, if its byte rate says so, too", () => {
    seed(67);
    const depths: StaticArray<u32> = [1, 7, 8, 9, 12, 16, 17, 20, 24, 25, 31, 32];
    for (let i = 0; i < depths.length; i++) {
      const needed = (depths[i] + 7) >> 3;
      for (let bytes: u32 = 0; bytes < 6; bytes++) {
        for (let agrees: u32 = 0; agrees < 2; agrees++) {
          putRiff();
          putFormat(16, PCM, 2, 16000, depths[i]);
          length -= 8;
          put(16000 * 2 * bytes + 1 - agrees, 4);
          put(2 * bytes, 2);
          put(depths[i], 2);
          putData(4000);
          const read = bytes == 0 || bytes == needed || (needed == 3 && bytes == 4 && agrees == 1);
          expect<i32>(answer()).toBe(read ? length : status.STATUS_WAV_BAD_BLOCK);
          if (read) expect<i32>(wavFormat()).toBe(status.FORMAT_U8 + i32(bytes == 0 ? needed : bytes) - 1);
        }
      }
    }
  });
  it("with any bytes changed gives an answer that can be used, the same in all pieces", () => {
    seed(68);
    let unusable = 0;
    let read = 0;
    for (let trial = 0; trial < 30000; trial++) {
      putRiff();
      if ((trial & 1) != 0) putExtensible(PCM, 2, 44100, 24, 24);
      else putFormat(16, FLOAT, 1, 48000, 32);
      if ((trial & 2) != 0) {
        putId("LIST");
        put(3, 4);
        put(bits(), 4);
      }
      putData(4800);
      const end = length;
      for (let i = 0; i < 40; i++) put(bits(), 4);
      for (let changes = integer(0, 3); changes > 0; changes--) file[integer(0, end - 1)] = <u8>(trial % 5 == 0 ? integer(-1, 1) : bits());
      const result = answer();
      if (result == -1000 || result > length) unusable++;
      if (result <= 0) continue;
      read++;
      const sound =
        wavFormat() >= status.FORMAT_U8 && wavFormat() <= status.FORMAT_ALAW && wavChannels() >= 1 && wavChannels() <= INPUT_CAPACITY;
      if (!sound || wavRate() < 8000 || wavRate() > 192000 || wavFrames() < 0) unusable++;
    }
    expect<i32>(unusable).toBe(0);
    expect<i32>(read).toBeGreaterThan(5000);
  });
  it("says its fault again, and takes nothing more until the next file begins", () => {
    seed(69);
    length = 0;
    putId("MThd");
    put(0, 4);
    expect<i32>(answer()).toBe(status.STATUS_WAV_NOT_RIFF);
    expect<i32>(wavPush(1)).toBe(status.STATUS_WAV_NOT_RIFF);
    expect<i32>(wavPush(-1)).toBe(status.STATUS_WAV_NOT_RIFF);
    expect<i32>(answerFormat(16, PCM, 1, 16000, 16)).toBe(length);
    expect<i32>(wavPush(0)).toBe(status.STATUS_NOT_STARTED);
  });
});

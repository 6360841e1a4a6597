import { INPUT, INPUT_CAPACITY } from "../../../assembly/generated/memory_map";
import {
  FORMAT_F32,
  FORMAT_S16,
  FORMAT_S24,
  STATUS_BAD_PIECE,
  STATUS_NOT_STARTED,
  STATUS_WAV_BAD_BLOCK,
  STATUS_WAV_COMPRESSED,
  STATUS_WAV_EMPTY,
  STATUS_WAV_NO_FORMAT,
  STATUS_WAV_NOT_RIFF,
} from "../../../assembly/generated/status";
import { wavBegin, wavChannels, wavFormat, wavFrames, wavPush, wavRate } from "../../../assembly/sound/wav";

// The header that a test writes, and how much of it there is.
const FILE: StaticArray<u8> = new StaticArray<u8>(256);
let length: i32 = 0;

function put(value: u32, bytes: i32): void {
  for (let i = 0; i < bytes; i++) FILE[length++] = (value >>> (8 * i)) as u8;
}

function putId(id: string): void {
  for (let i = 0; i < id.length; i++) FILE[length++] = id.charCodeAt(i) as u8;
}

function putRiff(): void {
  length = 0;
  putId("RIFF");
  put(0, 4);
  putId("WAVE");
}

/** Chunk header, tag, channels, rate, byte rate, block, bits. */
function putFormat(chunkBytes: u32, tag: u32, channels: u32, rate: u32, block: u32, bits: u32): void {
  putId("fmt ");
  put(chunkBytes, 4);
  put(tag, 2);
  put(channels, 2);
  put(rate, 4);
  put(0, 4);
  put(block, 2);
  put(bits, 2);
}

function putData(bytes: u32): void {
  putId("data");
  put(bytes, 4);
}

/** Pushes the header in pieces of `size` bytes: a negative status, 0 for too little, or where in the file the samples begin. */
function push(size: i32): i32 {
  wavBegin();
  for (let at = 0; at < length; at += size) {
    const bytes = min(size, length - at);
    for (let i = 0; i < bytes; i++) store<u8>(INPUT + i, FILE[at + i]);
    const status = wavPush(bytes);
    if (status < 0) return status;
    if (status > 0) return at + status;
  }
  return 0;
}

describe("the header of a WAV file", () => {
  it("is the same in pieces of any size", () => {
    putRiff();
    putId("LIST");
    put(5, 4);
    put(0x41414141, 4);
    put(0x0041, 2);
    putFormat(18, 1, 2, 44100, 4, 16);
    put(0, 2);
    putData(4000);
    const begin = length;
    put(0x12345678, 4);
    for (let size = 1; size <= length; size++) {
      expect(push(size)).toBe(begin);
      expect(wavFormat()).toBe(FORMAT_S16);
      expect(wavChannels()).toBe(2);
      expect(wavRate()).toBe(44100);
      expect(wavFrames()).toBe(1000);
    }
  });

  it("may be extensible", () => {
    putRiff();
    putFormat(40, 0xfffe, 1, 48000, 3, 24);
    put(22, 2);
    put(20, 2);
    put(4, 4);
    put(1, 4);
    put(0x00100000, 4);
    put(0xaa000080, 4);
    put(0x719b3800, 4);
    putData(9);
    for (let size = 1; size <= length; size++) {
      expect(push(size)).toBe(length);
      expect(wavFormat()).toBe(FORMAT_S24);
      expect(wavFrames()).toBe(3);
    }
    FILE[12 + 8 + 39] = 0x72;
    for (let size = 1; size <= length; size++) expect(push(size)).toBe(STATUS_WAV_COMPRESSED);
  });

  it("reports more frames than an i32 counts as the most that it counts", () => {
    putRiff();
    putFormat(16, 1, 1, 8000, 1, 8);
    putData(0xfffffffe);
    expect(push(7)).toBe(length);
    expect(wavFrames()).toBe(i32.MAX_VALUE);
  });

  it("need not know its length, though that is not a whole number of blocks", () => {
    putRiff();
    putFormat(16, 3, 1, 16000, 4, 32);
    putData(0xffffffff);
    expect(push(5)).toBe(length);
    expect(wavFormat()).toBe(FORMAT_F32);
    expect(wavFrames()).toBe(0x3fffffff);
  });

  it("skips a chunk of 2^32 - 1 bytes and its pad byte", () => {
    putRiff();
    putId("JUNK");
    put(0xffffffff, 4);
    putData(4);
    expect(push(3)).toBe(0);
  });

  it("says what is wrong, and says it again", () => {
    putRiff();
    putData(4);
    expect(push(4)).toBe(STATUS_WAV_NO_FORMAT);
    expect(wavPush(0)).toBe(STATUS_WAV_NO_FORMAT);
    putRiff();
    putFormat(16, 1, 1, 16000, 2, 16);
    putData(0);
    expect(push(9)).toBe(STATUS_WAV_EMPTY);
    putRiff();
    putFormat(16, 1, 1, 16000, 2, 16);
    putData(3);
    expect(push(9)).toBe(STATUS_WAV_BAD_BLOCK);
    length = 0;
    putId("RIFFxxxxAVI ");
    expect(push(1)).toBe(STATUS_WAV_NOT_RIFF);
  });

  it("takes no piece that does not fit, and nothing after its end", () => {
    wavBegin();
    expect(wavPush(-1)).toBe(STATUS_BAD_PIECE);
    expect(wavPush(INPUT_CAPACITY + 1)).toBe(STATUS_BAD_PIECE);
    expect(wavPush(0)).toBe(0);
    putRiff();
    putFormat(16, 1, 1, 16000, 2, 16);
    putData(2);
    expect(push(INPUT_CAPACITY)).toBe(length);
    expect(wavPush(4)).toBe(STATUS_NOT_STARTED);
  });
});

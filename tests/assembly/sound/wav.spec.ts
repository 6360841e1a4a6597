import { INPUT, INPUT_CAPACITY } from "../../../assembly/generated/memory_map";
import {
  FORMAT_F32,
  FORMAT_S16,
  FORMAT_S24,
  STATUS_BAD_PIECE,
  STATUS_EMPTY_FILE,
  STATUS_NOT_STARTED,
  STATUS_WAV_COMPRESSED,
  STATUS_WAV_EMPTY,
  STATUS_WAV_NO_DATA,
  STATUS_WAV_NO_FORMAT,
  STATUS_WAV_NOT_RIFF,
  WARNING_PARTIAL_FRAME,
  WARNING_WAV_LENGTH_UNKNOWN,
  WARNING_WAV_SHORTER,
} from "../../../assembly/generated/status";
import { wavBegin, wavChannels, wavEnd, wavFormat, wavFrames, wavPush, wavRate, wavTake } from "../../../assembly/sound/wav";

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
    putData(0xfffffeff);
    expect(push(7)).toBe(length);
    expect(wavFrames()).toBe(i32.MAX_VALUE);
  });

  it("need not know its length, though that is not a whole number of blocks", () => {
    putRiff();
    putFormat(16, 3, 1, 16000, 4, 32);
    putData(0xffffffff);
    expect(push(5)).toBe(length);
    expect(wavFormat()).toBe(FORMAT_F32);
    expect(wavFrames()).toBe(0);
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

/** The header of a 16-bit sound with `channels` channels that claims that many bytes. */
function claim(channels: u32, bytes: u32): void {
  putRiff();
  putFormat(16, 1, channels, 16000, 2 * channels, 16);
  putData(bytes);
  expect(push(11)).toBe(length);
}

describe("the samples of a WAV file", () => {
  it("end where the header claims if the file is that long, in pieces of any size", () => {
    for (let piece = 1; piece < 25; piece++) {
      claim(1, 20);
      expect(wavFrames()).toBe(10);
      let taken = 0;
      for (let at = 0; at < 48; at += piece) taken += wavTake(min(piece, 48 - at));
      expect(taken).toBe(20);
      expect(wavEnd()).toBe(0);
      expect(wavTake(5)).toBe(0);
    }
  });

  it("are the whole frames that are there if the claim is too large", () => {
    claim(1, 64);
    expect(wavTake(20)).toBe(20);
    expect(wavEnd()).toBe(WARNING_WAV_SHORTER);
    expect(wavTake(43)).toBe(43);
    expect(wavEnd()).toBe(WARNING_WAV_SHORTER);
    expect(wavTake(43)).toBe(1);
    expect(wavEnd()).toBe(0);
  });

  it("go on to the end of the file if nobody knew their length", () => {
    const claims: StaticArray<u32> = [0, 0xffffffff, 0xfffffffe, 0xffffff00, 0x80000000, 0x7ffff000];
    for (let i = 0; i < claims.length; i++) {
      claim(2, claims[i]);
      expect(wavFrames()).toBe(0);
      // Past any such size, too.
      expect(wavTake(i32.MAX_VALUE)).toBe(i32.MAX_VALUE);
      expect(wavTake(i32.MAX_VALUE)).toBe(i32.MAX_VALUE);
      expect(wavTake(23)).toBe(23);
      expect(wavEnd()).toBe(WARNING_WAV_LENGTH_UNKNOWN);
    }
  });

  it("are none if the size is 0 and the RIFF size has room for other chunks", () => {
    claim(1, 0);
    FILE[4] = (length - 8 + 8 + 20) as u8;
    expect(push(5)).toBe(length);
    expect(wavTake(28)).toBe(0);
    expect(wavEnd()).toBe(STATUS_WAV_EMPTY);
  });

  it("have a whole last frame", () => {
    claim(2, 23);
    expect(wavFrames()).toBe(5);
    expect(wavTake(100)).toBe(23);
    expect(wavEnd()).toBe(WARNING_PARTIAL_FRAME);
    claim(2, 3);
    expect(wavTake(100)).toBe(3);
    expect(wavEnd()).toBe(STATUS_WAV_EMPTY);
  });

  it("may be more than 2^32 bytes in an RF64 file", () => {
    length = 0;
    putId("RF64");
    put(0xffffffff, 4);
    putId("WAVE");
    putId("ds64");
    put(28, 4);
    put(0x1000, 4);
    put(2, 4);
    put(0x800, 4);
    put(2, 4);
    for (let i = 0; i < 3; i++) put(0, 4);
    putFormat(16, 1, 1, 16000, 2, 16);
    putData(0xffffffff);
    for (let size = 1; size <= length; size++) expect(push(size)).toBe(length);
    expect(wavFrames()).toBe(i32.MAX_VALUE);
    let left: i64 = 0x200000800;
    for (; left > i32.MAX_VALUE; left -= i32.MAX_VALUE) expect(wavTake(i32.MAX_VALUE)).toBe(i32.MAX_VALUE);
    expect(wavEnd()).toBe(WARNING_WAV_SHORTER);
    expect(wavTake(i32.MAX_VALUE)).toBe(left as i32);
    expect(wavEnd()).toBe(0);
  });

  it("are not there before the header has ended", () => {
    wavBegin();
    expect(wavTake(1)).toBe(STATUS_NOT_STARTED);
    expect(wavEnd()).toBe(STATUS_EMPTY_FILE);
    putRiff();
    expect(push(4)).toBe(0);
    expect(wavEnd()).toBe(STATUS_WAV_NO_DATA);
    length = 11;
    expect(push(4)).toBe(0);
    expect(wavEnd()).toBe(STATUS_WAV_NOT_RIFF);
    expect(wavTake(1)).toBe(STATUS_NOT_STARTED);
    claim(1, 4);
    expect(wavTake(-1)).toBe(STATUS_BAD_PIECE);
    expect(wavEnd()).toBe(STATUS_WAV_EMPTY);
  });
});

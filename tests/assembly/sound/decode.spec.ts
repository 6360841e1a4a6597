import {
  FORMAT_ALAW,
  FORMAT_F32,
  FORMAT_F64,
  FORMAT_MULAW,
  FORMAT_S16,
  FORMAT_S24,
  FORMAT_S32,
  FORMAT_U8,
  sampleBytes,
} from "../../../assembly/generated/status";
import { decodeFrames, decodeSample } from "../../../assembly/sound/decode";
import { bits, integer, seed, unit } from "../support/random";

// A sample may lie at any address.
const SAMPLE: usize = memory.data(64) + 3;
const FRAME: usize = memory.data(2048);

const DECODED: usize = memory.data(2);

/** One frame of `channels` channels; decodeFrames() must return where it ends. */
function decodeFrame(address: usize, format: i32, channels: i32): i32 {
  expect<usize>(decodeFrames(address, 1, format, channels, DECODED)).toBe(address + <usize>(channels * sampleBytes(format)));
  return i32(load<i16>(DECODED));
}

/** A value in float64 to int16: nearest, ties to even, clamped; NaN is 0. */
function toInt16(value: f64): i32 {
  if (isNaN(value)) return 0;
  return i32(max<f64>(-32768, min<f64>(32767, nearest<f64>(value))));
}

/** As above, ties upwards, for integers of 24 and 32 bits. */
function toInt16Upwards(value: f64): i32 {
  return i32(max<f64>(-32768, min<f64>(32767, NativeMath.floor(value + 0.5))));
}

function decodeFloat(value: f32): i32 {
  store<f32>(SAMPLE, value);
  return decodeSample(SAMPLE, FORMAT_F32);
}

function decodeDouble(value: f64): i32 {
  store<f64>(SAMPLE, value);
  return decodeSample(SAMPLE, FORMAT_F64);
}

function decode24(value: i32): i32 {
  store<u8>(SAMPLE, <u8>value);
  store<u8>(SAMPLE, <u8>(value >> 8), 1);
  store<u8>(SAMPLE, <u8>(value >> 16), 2);
  // What lies after must not matter.
  store<u8>(SAMPLE, 0x77, 3);
  return decodeSample(SAMPLE, FORMAT_S24);
}

function decode32(value: i32): i32 {
  store<i32>(SAMPLE, value);
  return decodeSample(SAMPLE, FORMAT_S32);
}

describe("decodeSample: integers", () => {
  it("has a size for every format, 0 for others", () => {
    expect<i32>(sampleBytes(FORMAT_U8)).toBe(1);
    expect<i32>(sampleBytes(FORMAT_S16)).toBe(2);
    expect<i32>(sampleBytes(FORMAT_S24)).toBe(3);
    expect<i32>(sampleBytes(FORMAT_S32)).toBe(4);
    expect<i32>(sampleBytes(FORMAT_F32)).toBe(4);
    expect<i32>(sampleBytes(FORMAT_F64)).toBe(8);
    for (let format = -3; format < 20; format++) {
      if (format < FORMAT_U8 || format > FORMAT_ALAW) expect<i32>(sampleBytes(format)).toBe(0);
    }
    expect<i32>(sampleBytes(i32.MIN_VALUE)).toBe(0);
    expect<i32>(sampleBytes(i32.MAX_VALUE)).toBe(0);
  });
  it("takes every code of G.711, by the segments of the recommendation", () => {
    let wrong = 0;
    for (let code = 0; code < 256; code++) {
      store<u8>(SAMPLE, <u8>code);
      const mu = 255 - code;
      let value = 33 + 2 * (mu % 16);
      for (let segment = (mu / 16) % 8; segment > 0; segment--) value *= 2;
      value = 4 * (value - 33);
      if (decodeSample(SAMPLE, FORMAT_MULAW) != (code < 128 ? -value : value)) wrong++;
      const a = code ^ 0x55;
      value = (a / 16) % 8 == 0 ? 1 + 2 * (a % 16) : 33 + 2 * (a % 16);
      for (let segment = (a / 16) % 8; segment > 1; segment--) value *= 2;
      if (decodeSample(SAMPLE, FORMAT_ALAW) != (a < 128 ? -8 * value : 8 * value)) wrong++;
    }
    expect<i32>(wrong).toBe(0);
  });
  it("takes every 8-bit and 16-bit value", () => {
    let wrong = 0;
    for (let value = 0; value < 256; value++) {
      store<u8>(SAMPLE, <u8>value);
      if (decodeSample(SAMPLE, FORMAT_U8) != 256 * value - 32768) wrong++;
    }
    for (let value = -32768; value <= 32767; value++) {
      store<i16>(SAMPLE, <i16>value);
      if (decodeSample(SAMPLE, FORMAT_S16) != value) wrong++;
    }
    expect<i32>(wrong).toBe(0);
  });
  it("rounds every 24-bit value, ties upwards", () => {
    let wrong = 0;
    for (let value = -8388608; value <= 8388607; value += 5) if (decode24(value) != toInt16Upwards(f64(value) / 256)) wrong++;
    for (let high = -32768; high <= 32767; high++) {
      for (let low = 127; low <= 129; low++) if (decode24(256 * high + low) != min(32767, high + i32(low > 127))) wrong++;
    }
    expect<i32>(wrong).toBe(0);
    expect<i32>(decode24(8388607)).toBe(32767);
    expect<i32>(decode24(-8388608)).toBe(-32768);
    expect<i32>(decode24(-129)).toBe(-1);
    expect<i32>(decode24(-128)).toBe(0);
    expect<i32>(decode24(127)).toBe(0);
  });
  it("rounds 32-bit values, ties upwards, without wraparound", () => {
    seed(40);
    let wrong = 0;
    for (let i = 0; i < 1000000; i++) {
      const value = i32(bits());
      if (decode32(value) != toInt16Upwards(f64(value) / 65536)) wrong++;
    }
    for (let high = -32768; high <= 32767; high++) {
      for (let low = 32767; low <= 32769; low++) if (decode32(65536 * high + low) != min(32767, high + i32(low > 32767))) wrong++;
    }
    expect<i32>(wrong).toBe(0);
    expect<i32>(decode32(i32.MAX_VALUE)).toBe(32767);
    expect<i32>(decode32(i32.MIN_VALUE)).toBe(-32768);
  });
});

describe("decodeSample: float32", () => {
  it("rounds to the nearest, ties to even, and clamps", () => {
    seed(41);
    let wrong = 0;
    for (let i = 0; i < 1000000; i++) {
      const value = (i & 1) != 0 ? reinterpret<f32>(bits()) : <f32>(unit() * 2.2 - 1.1);
      if (decodeFloat(value) != toInt16(32768 * f64(value))) wrong++;
    }
    for (let half = -65540; half <= 65540; half++) {
      const value = <f32>(f64(half) / 65536);
      if (decodeFloat(value) != toInt16(f64(half) / 2)) wrong++;
    }
    expect<i32>(wrong).toBe(0);
  });
  it("takes NaN as 0, infinities and what is too large as full scale, denormals as 0", () => {
    expect<i32>(decodeFloat(NaN)).toBe(0);
    expect<i32>(decodeFloat(reinterpret<f32>(0xff800001))).toBe(0);
    expect<i32>(decodeFloat(Infinity)).toBe(32767);
    expect<i32>(decodeFloat(-Infinity)).toBe(-32768);
    expect<i32>(decodeFloat(f32.MAX_VALUE)).toBe(32767);
    expect<i32>(decodeFloat(-f32.MAX_VALUE)).toBe(-32768);
    expect<i32>(decodeFloat(1)).toBe(32767);
    expect<i32>(decodeFloat(-1)).toBe(-32768);
    expect<i32>(decodeFloat(reinterpret<f32>(1))).toBe(0);
    expect<i32>(decodeFloat(-0.0)).toBe(0);
  });
});

describe("decodeSample: float64", () => {
  it("rounds any bit pattern to the nearest, ties to even, and clamps", () => {
    seed(42);
    let wrong = 0;
    for (let i = 0; i < 2000000; i++) {
      let pattern = (u64(bits()) << 32) | u64(bits());
      // Three of four with exponents -20 to 2, where samples are; of those every second with few bits, where ties are.
      if ((i & 3) != 0) pattern = (pattern & ~(u64(0x7ff) << 52)) | (u64(1023 + integer(-20, 2)) << 52);
      if ((i & 3) == 1) pattern &= ~((u64(1) << u64(integer(30, 52))) - 1);
      const value = reinterpret<f64>(pattern);
      if (decodeDouble(value) != toInt16(32768 * value)) wrong++;
    }
    expect<i32>(wrong).toBe(0);
  });
  it("rounds every tie and its neighbors", () => {
    let wrong = 0;
    for (let half = -65540; half <= 65540; half++) {
      const value = f64(half) / 65536;
      for (let places = -2; places <= 2; places++) {
        if (value == 0 && places < 0) continue;
        const neighbor = reinterpret<f64>(reinterpret<i64>(value) + i64(places));
        if (decodeDouble(neighbor) != toInt16(32768 * neighbor)) wrong++;
      }
    }
    expect<i32>(wrong).toBe(0);
  });
  it("does not round twice", () => {
    // A float32 of it would be the tie, which goes to the even neighbor below.
    expect<i32>(decodeDouble((2.5 + 0.0000000001) / 32768)).toBe(3);
    expect<i32>(decodeDouble((-3.5 + 0.0000000001) / 32768)).toBe(-3);
  });
  it("takes NaN as 0, infinities and what is too large as full scale, denormals as 0", () => {
    expect<i32>(decodeDouble(NaN)).toBe(0);
    expect<i32>(decodeDouble(reinterpret<f64>((u64(0xfff) << 52) | 1))).toBe(0);
    expect<i32>(decodeDouble(reinterpret<f64>(u64(0x7ff8) << 48))).toBe(0);
    expect<i32>(decodeDouble(Infinity)).toBe(32767);
    expect<i32>(decodeDouble(-Infinity)).toBe(-32768);
    expect<i32>(decodeDouble(f64.MAX_VALUE)).toBe(32767);
    expect<i32>(decodeDouble(-f64.MAX_VALUE)).toBe(-32768);
    expect<i32>(decodeDouble(1)).toBe(32767);
    expect<i32>(decodeDouble(-1)).toBe(-32768);
    expect<i32>(decodeDouble(reinterpret<f64>(reinterpret<u64>(<f64>1) - 1))).toBe(32767);
    expect<i32>(decodeDouble(reinterpret<f64>(1))).toBe(0);
    expect<i32>(decodeDouble(reinterpret<f64>((u64(1) << 63) | 0xfffffffffffff))).toBe(0);
    expect<i32>(decodeDouble(-0.0)).toBe(0);
  });
});

describe("decodeFrame", () => {
  it("is the floor of the mean of the channels, also of negative sums", () => {
    seed(43);
    let wrong = 0;
    for (let trial = 0; trial < 20000; trial++) {
      const channels = trial < 10000 ? integer(1, 8) : integer(1, 512);
      const largest = (trial & 1) != 0 ? 3 : 32767;
      let sum: i64 = 0;
      for (let channel = 0; channel < channels; channel++) {
        const sample = integer(-largest - 1, largest);
        store<i16>(FRAME + ((<usize>channel) << 1), <i16>sample);
        sum += i64(sample);
      }
      if (decodeFrame(FRAME, FORMAT_S16, channels) != i32(NativeMath.floor(f64(sum) / f64(channels)))) wrong++;
    }
    expect<i32>(wrong).toBe(0);
    store<i16>(FRAME, -1);
    store<i16>(FRAME, 0, 2);
    expect<i32>(decodeFrame(FRAME, FORMAT_S16, 2)).toBe(-1);
  });
  it("reads each format's channels side by side", () => {
    for (let format = FORMAT_U8; format <= FORMAT_F64; format++) {
      memory.fill(FRAME, 0, 64);
      // Three channels: 64/128, 32/128 and -32/128 of full scale; mean 21.33/128.
      for (let channel = 0; channel < 3; channel++) {
        const value = channel == 0 ? 64 : channel == 1 ? 32 : -32;
        const at = FRAME + <usize>(channel * sampleBytes(format));
        if (format == FORMAT_U8) store<u8>(at, <u8>(value + 128));
        else if (format == FORMAT_S16) store<i16>(at, <i16>(value << 8));
        else if (format == FORMAT_S24) store<i8>(at, <i8>value, 2);
        else if (format == FORMAT_S32) store<i32>(at, value << 24);
        else if (format == FORMAT_F32) store<f32>(at, <f32>value / 128);
        else store<f64>(at, <f64>value / 128);
      }
      expect<i32>(decodeFrame(FRAME, format, 3)).toBe(5461);
    }
  });
  it("does not overflow for 1,024 channels at full scale", () => {
    memory.fill(FRAME, 0, 1024);
    expect<i32>(decodeFrame(FRAME, FORMAT_U8, 1024)).toBe(-32768);
    memory.fill(FRAME, 255, 1024);
    expect<i32>(decodeFrame(FRAME, FORMAT_U8, 1024)).toBe(32512);
  });
});

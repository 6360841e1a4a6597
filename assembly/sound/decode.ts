import { FORMAT_ALAW, FORMAT_F32, FORMAT_F64, FORMAT_S16, FORMAT_S24, FORMAT_S32, FORMAT_U8, sampleBytes } from "../generated/status";
import { measureSample, measuring } from "./measure";

/** One sample as int16 (docs/arithmetic.md, 1). */
export function decodeSample(address: usize, format: i32): i32 {
  if (format == FORMAT_S16) return i32(load<i16>(address));
  if (format == FORMAT_U8) return (i32(load<u8>(address)) - 128) << 8;
  if (format == FORMAT_S24) {
    const value = i32(load<u8>(address)) | (i32(load<u8>(address, 1)) << 8) | (i32(load<i8>(address, 2)) << 16);
    return min((value + 128) >> 8, 32767);
  }
  if (format == FORMAT_S32) return i32(min<i64>((i64(load<i32>(address)) + 32768) >> 16, 32767));
  if (format == FORMAT_F32) return decodeFloat(load<f32>(address));
  if (format == FORMAT_F64) return decodeDouble(load<i64>(address));
  return format == FORMAT_ALAW ? decodeALaw(load<u8>(address)) : decodeMuLaw(load<u8>(address));
}

/** ITU-T G.711: the 14-bit value of a code, times 4. All bits of the code are inverted. */
function decodeMuLaw(code: i32): i32 {
  const inverted = ~code;
  const magnitude = ((((inverted & 15) << 3) + 132) << ((inverted >> 4) & 7)) - 132;
  return (code & 128) == 0 ? -magnitude : magnitude;
}

/** ITU-T G.711: the 13-bit value of a code, times 8. Every other bit of the code is inverted. */
function decodeALaw(code: i32): i32 {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const mantissa = ((bits & 15) << 4) + 8;
  const magnitude = segment == 0 ? mantissa : (mantissa + 256) << (segment - 1);
  return (bits & 128) == 0 ? -magnitude : magnitude;
}

function decodeFloat(value: f32): i32 {
  if (value != value) return 0;
  return i32(max<f32>(min<f32>(nearest<f32>(value * 32768), 32767), -32768));
}

/** nearest(32768 x), ties to even, of the bits of a float64, without a float64: the microcontrollers that run this have none. */
function decodeDouble(bits: i64): i32 {
  const exponent = (i32(bits >> 52) & 0x7ff) - 1023;
  const fraction = bits & 0xfffffffffffff;
  if (exponent == 1024 && fraction != 0) return 0;
  const largest = bits < 0 ? 32768 : 32767;
  let magnitude = 0;
  if (exponent >= 0) {
    magnitude = largest;
  } else if (exponent >= -17) {
    // 2^exponent * (1 + fraction/2^52) * 2^15, with 52 - 15 - exponent fraction bits to round away
    const mantissa = fraction | (i64(1) << 52);
    const shift = i64(37 - exponent);
    const rest = mantissa & ((i64(1) << shift) - 1);
    const half = i64(1) << (shift - 1);
    magnitude = i32(mantissa >> shift);
    if (rest > half || (rest == half && (magnitude & 1) != 0)) magnitude++;
    magnitude = min(magnitude, largest);
  }
  return bits < 0 ? -magnitude : magnitude;
}

/**
 * `count` frames of all channels to int16 [count] at `out`: floor(sum / channels). While the sound is measured, each sample is. Returns the address after the
 * frames.
 */
export function decodeFrames(address: usize, count: i32, format: i32, channels: i32, out: usize): usize {
  const bytes = <usize>sampleBytes(format);
  for (const end = out + ((<usize>count) << 1); out < end; out += 2) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const sample = decodeSample(address, format);
      if (measuring) measureSample(sample, address);
      sum += sample;
      address += bytes;
    }
    if (channels > 1) {
      const quotient = sum / channels;
      sum = quotient - i32(sum < quotient * channels);
    }
    store<i16>(out, sum);
  }
  return address;
}

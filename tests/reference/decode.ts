import type { InputFormat } from "../../ts-tools/abi/status.js";
import { ALAW, MULAW } from "./g711.js";
import { nearest, saturateInt16 } from "./rounding.js";

/** Bytes of one sample of one channel. */
export const SAMPLE_BYTES: Readonly<Record<InputFormat, number>> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8, mulaw: 1, alaw: 1 };

/**
 * Little-endian, interleaved bytes to int16 mono (docs/arithmetic.md, section 1).
 * An unfinished frame at the end is left out.
 */
export function decodeMono(bytes: Uint8Array, format: InputFormat, channels: number): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = SAMPLE_BYTES[format];
  const frames = Math.floor(bytes.length / (size * channels));
  const mono = new Int16Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += decodeSample(view, (frame * channels + channel) * size, format);
    mono[frame] = Math.floor(sum / channels);
  }
  return mono;
}

function decodeSample(view: DataView, offset: number, format: InputFormat): number {
  switch (format) {
    case "u8":
      return (view.getUint8(offset) - 128) * 256;
    case "s16":
      return view.getInt16(offset, true);
    case "s24": {
      const x = view.getUint8(offset) + 256 * view.getUint8(offset + 1) + 65536 * view.getInt8(offset + 2);
      return Math.min(Math.floor((x + 128) / 256), 32767);
    }
    case "s32":
      return Math.min(Math.floor((view.getInt32(offset, true) + 32768) / 65536), 32767);
    case "f32":
      return decodeFloat(view.getFloat32(offset, true));
    case "f64":
      return decodeFloat(view.getFloat64(offset, true));
    case "mulaw":
      return MULAW[view.getUint8(offset)]!;
    case "alaw":
      return ALAW[view.getUint8(offset)]!;
  }
}

/** 32768 x is exact: only the exponent changes. Infinities are clamped like all that is too large. */
function decodeFloat(x: number): number {
  return Number.isNaN(x) ? 0 : nearest(saturateInt16(32768 * x));
}

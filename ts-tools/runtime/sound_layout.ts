import { type InputFormat, SAMPLE_BYTES } from "../abi/status.js";
import { badArgument } from "./errors.js";

/** How to read raw bytes of sound. */
export interface SoundLayout {
  /** Of a sample, little-endian. */
  format: InputFormat;
  /** Interleaved channels. */
  channels: number;
  /** Hz, 8,000 to 192,000. */
  sampleRate: number;
}

/** Bytes of one frame of all channels. */
export function frameBytes(layout: SoundLayout): number {
  return SAMPLE_BYTES[layout.format] * layout.channels;
}

/** Makes sure that the numbers can be passed to the module, which then checks their ranges itself. */
export function checkLayout({ sampleRate, channels }: SoundLayout): void {
  for (const [name, value] of Object.entries({ sampleRate, channels })) {
    if (!Number.isInteger(value) || Math.abs(value) > 0x7fffffff) throw badArgument(name, "a whole number", value);
  }
}

export function sameLayout(a: SoundLayout, b: SoundLayout): boolean {
  return a.format === b.format && a.channels === b.channels && a.sampleRate === b.sampleRate;
}

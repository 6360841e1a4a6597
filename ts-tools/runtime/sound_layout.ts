import { INPUT_FORMAT, type InputFormat, SAMPLE_BYTES } from "../abi/status.js";
import { shown } from "../text/visible_text.js";
import { badArgument, RecognizerError } from "./errors.js";

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

/** Refuses the formats of samples that there are not; `more` are others that the caller takes. */
export function checkFormat(format: unknown, more: readonly string[] = []): asserts format is InputFormat {
  if (typeof format === "string" && Object.hasOwn(INPUT_FORMAT, format)) return;
  const message = `the sample format ${shown(format)} is unknown; use ${[...more, ...Object.keys(INPUT_FORMAT)].join(", ")}`;
  throw new RecognizerError("BAD_FORMAT", message);
}

import { readFileSync } from "node:fs";

/** The int16 samples of a plain WAV file, 16 bits, mono, 16 kHz, as EMO-DB has them (some with a PAD chunk before the samples). */
export function readPcmWav(file: string): Int16Array {
  const bytes = readFileSync(file);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const body = bytes.subarray(at + 8, at + 8 + size);
    if (id === "fmt " && body.toString("hex", 0, 8) !== "01000100803e0000")
      throw new Error(`${file} is not PCM, mono, 16 kHz; convert it.`);
    if (id === "data") return Int16Array.from({ length: size / 2 }, (_, i) => body.readInt16LE(2 * i));
    at += 8 + size + (size % 2);
  }
  throw new Error(`${file} has no samples; copy it again.`);
}

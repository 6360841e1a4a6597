/** The sounds of tests/fixtures/sounds, and what they were made from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readPieces } from "../../ts-tools/sounds/sound_bytes.js";
import { repositoryRoot } from "../support/paths.js";

export const soundFixture = (name: string): string => join(repositoryRoot, "tests/fixtures/sounds", name);

export interface ReadSound {
  header: Buffer;
  format: "s16" | "s24" | "f32";
  channels: number;
  sampleRate: number;
  /** Interleaved, full scale 1. */
  samples: Float64Array;
  frames: number;
  warnings: string[];
}

/** Reads a file as every command does. */
export async function readSound(file: string): Promise<ReadSound> {
  const warnings: string[] = [];
  const pieces: Uint8Array[] = [];
  for await (const piece of readPieces(file, { warn: (sentence) => warnings.push(sentence) })) pieces.push(piece);
  return parseWav(Buffer.concat(pieces), warnings);
}

/** A WAV file with a header of 44 bytes, as examples/ and our decoders have it. */
export function parseWav(bytes: Buffer, warnings: string[] = []): ReadSound {
  const [tag, channels, sampleRate, bits] = [
    bytes.readUInt16LE(20),
    bytes.readUInt16LE(22),
    bytes.readUInt32LE(24),
    bytes.readUInt16LE(34),
  ];
  const width = bits / 8;
  const count = (bytes.length - 44) / width;
  const at = (index: number): number =>
    tag === 3 ? bytes.readFloatLE(44 + 4 * index) : bytes.readIntLE(44 + width * index, width) / 2 ** (bits - 1);
  const samples = Float64Array.from({ length: count }, (_, index) => at(index));
  const format = tag === 3 ? "f32" : bits === 24 ? "s24" : "s16";
  return { header: bytes.subarray(0, 44), format, channels, sampleRate, samples, frames: count / channels, warnings };
}

/** 0.9 s of examples/emodb/anger_15a04Wb.wav from 0.3 s on, int16 at 16 kHz: what make_sounds.sh made the sounds named voice from. */
export function originalVoice(): Int16Array<ArrayBuffer> {
  const bytes = readFileSync(join(repositoryRoot, "examples/emodb/anger_15a04Wb.wav"));
  return Int16Array.from({ length: 14400 }, (_, index) => bytes.readInt16LE(44 + 2 * (4800 + index)));
}

/** dB by which `expected` is above its difference from `actual`, of which each has the same frames. */
export function signalToNoise(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [signal, noise] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    signal += expected[index]! ** 2;
    noise += (actual[index]! - expected[index]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

/** The mean of the channels. */
export function mono(samples: ArrayLike<number>, channels: number): Float64Array {
  return Float64Array.from({ length: samples.length / channels }, (_, frame) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[frame * channels + channel]!;
    return sum / channels;
  });
}

/** MFCCs from which the peers' quantizers take the ranges of the activations: the shipped sounds, and variations of them. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Engine } from "../../ts-tools/runtime/engine.js";
import { centerSegment, readWavSamples, segmentMfcc } from "../../ts-tools/runtime/features.js";

/** Of every window: as it is, backwards, and with noise of so many decibels below it. */
const NOISES_DB = [30, 20, 10];
/** Most windows of one file, evenly spaced. */
const WINDOWS = 4;

/** float32 [segments, frames, coefficients] of all WAV files of a folder. */
export async function representativeMfccs(engine: Engine, folder: string): Promise<Float32Array[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".wav")).sort();
  if (names.length === 0) throw new Error(`${folder} holds no WAV files to take the peers' ranges from; install the package again`);
  const segments: Float32Array[] = [];
  for (const name of names) {
    const samples = readWavSamples(engine, await readFile(path.join(folder, name)));
    for (const window of windowsOf(samples, engine.exports.windowSamples())) {
      for (const sound of variations(window)) segments.push(segmentMfcc(engine, sound));
    }
  }
  return segments;
}

function windowsOf(samples: Int16Array, length: number): Int16Array[] {
  if (samples.length <= length) return [centerSegment(samples, length)];
  const last = samples.length - length;
  return Array.from({ length: WINDOWS }, (_, index) => {
    const first = Math.floor((index * last) / (WINDOWS - 1));
    return samples.slice(first, first + length);
  });
}

function variations(window: Int16Array): Int16Array[] {
  return [window, window.slice().reverse(), ...NOISES_DB.map((db) => withNoise(window, db))];
}

function withNoise(window: Int16Array, decibels: number): Int16Array {
  const power = window.reduce((sum, sample) => sum + sample * sample, 0) / window.length;
  // Uniform in -a..a has the power a^2 / 3.
  const most = Math.sqrt(3 * power) * 10 ** (-decibels / 20);
  let state = 1;
  return window.map((sample) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const noise = most * (state / 2 ** 31 - 1);
    return Math.max(-32768, Math.min(32767, Math.round(sample + noise)));
  });
}

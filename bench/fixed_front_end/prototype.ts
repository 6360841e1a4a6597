/** The front end in fixed point, compiled for this machine. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { tables } from "../../ts-tools/emit/tables.js";
import { packageRoot } from "../../ts-tools/host/package_root.js";
import type { Manifest } from "../../ts-tools/model/model_types.js";
import { Classifier } from "../../ts-tools/runtime/classifier.js";
import type { Engine } from "../../ts-tools/runtime/engine.js";
import { centerSegment } from "../../ts-tools/runtime/features.js";

export const SOURCES = path.join(packageRoot(), "bench", "fixed_front_end");

/** The largest integer that the network takes: for MFCCs at the clip. */
const LARGEST_INPUT = 4095;

/** Writes settings.h of a model: tables, and the manifest's numbers, `windowSamples` as WINDOW_SAMPLES and so on. */
export function writeSettings(folder: string, { id, frontEnd, normalization, inputAffine }: Manifest): void {
  if (!normalization || inputAffine) {
    throw new Error(`${id}: the fixed-point front end needs a model with a normalization and without inputAffine; name another`);
  }
  const { kind: _kind, mean, ...numbers } = normalization;
  const defines = Object.entries({ ...frontEnd, ...numbers }).map(
    ([name, value]) => `#define ${name.replaceAll(/[A-Z]/g, "_$&").toUpperCase()} ${value}`,
  );
  const { melFirstBin, melShares, melBandBins } = tables(frontEnd);
  defines.push(`#define FIRST_BIN ${melFirstBin}`, `#define BINS ${melShares.length}`);
  const frame = frontEnd.frameSamples;
  const stages = Math.log2(frame) - 1;
  const reversed = (n: number): number => Number.parseInt([...n.toString(2).padStart(stages, "0")].reverse().join(""), 2);
  const arrays = {
    MEAN: mean.map((value) => value * 2 ** 22),
    COSINES: sequence(frame, (n) => Math.min(Math.cos((2 * Math.PI * n) / frame) * 2 ** 31, 2 ** 31 - 1)),
    PLACES: sequence(frame / 2, reversed),
    ROOTS: sequence(514, (i) => Math.sqrt(i) * 2 ** 27),
    LOGARITHMS: sequence(129, (i) => Math.log1p(i / 128) * 2 ** 20),
    BAND_BINS: melBandBins,
    RISES: Array.from(melShares, (share) => share * 2 ** 32),
  };
  defines.push(...Object.entries(arrays).map(([name, values]) => `#define ${name} {${values.map(literal).join(", ")}}`));
  writeFileSync(path.join(folder, "settings.h"), `${defines.join("\n")}\n`);
}

const sequence = (length: number, value: (index: number) => number): number[] => Array.from({ length }, (_, index) => value(index));

/** Rounded. -2^31 is not an int32 in C: its minus stands before an unsigned number. */
const literal = (value: number): string => (Math.round(value) === -(2 ** 31) ? "INT32_MIN" : `${Math.round(value)}`);

/** Compiles for the model whose settings.h is in `folder`; the program's path. */
export function compilePrototype(folder: string, flags: readonly string[] = ["-O2"]): string {
  const program = path.join(folder, "prototype");
  const sources = ["front_end.c", "native.c"].map((name) => path.join(SOURCES, name));
  execFileSync("cc", [...flags, "-std=gnu17", "-Wall", "-Wextra", "-Werror", "-I", folder, ...sources, "-o", program]);
  return program;
}

/** What the network's first layers take of the center segment of each recording: int16 [frames * coefficients], in -4095..4095. */
export function fixedInputs(program: string, engine: Engine, recordings: readonly Int16Array[]): Int16Array[] {
  const { exports } = engine;
  const pieces = recordings.flatMap((samples) => [
    Int32Array.of(new Classifier(engine).level([samples])),
    centerSegment(samples, exports.windowSamples()),
  ]);
  const input = Buffer.concat(pieces.map((piece) => new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength)));
  const output = new Uint8Array(execFileSync(program, { input, maxBuffer: 2 ** 30 }));
  const values = new Int16Array(output.buffer, output.byteOffset, output.byteLength / 2);
  const size = exports.frameCount() * exports.coefficientCount();
  if (values.length !== size * recordings.length) throw new Error(`${values.length} numbers instead of ${recordings.length} times ${size}`);
  return recordings.map((_, index) => values.slice(index * size, (index + 1) * size));
}

/** float32 MFCCs that the module quantizes to these integers. */
export function mfccOf(inputs: Int16Array, clip: number): Float32Array {
  return Float32Array.from(inputs, (value) => (value * clip) / LARGEST_INPUT);
}

/** How far the inputs of a recording are from those of its MFCCs, float32. */
export function inputDifferences(inputs: Int16Array, mfcc: Float32Array, clip: number): { equal: number; sum: number; largest: number } {
  const scale = Math.fround(LARGEST_INPUT / clip);
  let [equal, sum, largest] = [0, 0, 0];
  inputs.forEach((input, index) => {
    const difference = Math.abs(input - Math.round(Math.fround(mfcc[index]! * scale)));
    if (difference === 0) equal++;
    sum += difference;
    largest = Math.max(largest, difference);
  });
  return { equal, sum, largest };
}

/** As firmware.c prints it. */
export function hashOf(inputs: Int16Array): number {
  return inputs.reduce((hash, value) => (Math.imul(hash, 31) + (value & 0xffff)) >>> 0, 0);
}

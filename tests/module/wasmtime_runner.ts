/** Modules under wasmtime, through run_in_wasmtime.py. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INPUT_FORMAT } from "../../ts-tools/abi/status.js";
import { repositoryRoot } from "../support/paths.js";
import type { Classification, Sound } from "./instance.js";

const PROGRAM = join(repositoryRoot, "tests", "module", "run_in_wasmtime.py");
const KIND = { sound: 1, mfcc: 2 } as const;

/** A recording, or MFCCs [frames, coefficients]. */
export type Input = Sound | Float32Array;

export interface Job {
  module: Uint8Array<ArrayBuffer>;
  classes: number;
  /** Returns the same inputs whenever it is called. */
  inputs: () => Iterable<Input>;
}

/** What each module says of its inputs, in their order; the level of MFCCs is 0. */
export function runInWasmtime(python: string, jobs: readonly Job[]): Classification[][] {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-wasmtime-"));
  try {
    const files = jobs.map((job, index) => {
      const [module, input, result] = ["wasm", "in", "out"].map((end) => join(folder, `${index}.${end}`)) as [string, string, string];
      writeFileSync(module, job.module);
      writeInputs(input, job.inputs());
      return [module, input, result] as const;
    });
    const { status, stderr } = spawnSync(python, [PROGRAM, ...files.flat()], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return jobs.map(({ classes }, index) => readResults(readFileSync(files[index]![2]), classes));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Inputs as records, see run_in_wasmtime.py. */
export function writeInputs(file: string, inputs: Iterable<Input>): void {
  const descriptor = openSync(file, "w");
  try {
    for (const input of inputs) writeSync(descriptor, record(input));
  } finally {
    closeSync(descriptor);
  }
}

function record(input: Input): Uint8Array {
  const isSound = !(input instanceof Float32Array);
  const bytes = isSound ? input.bytes : new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  const layout = isSound ? [KIND.sound, INPUT_FORMAT[input.format], input.channels, input.rate] : [KIND.mfcc, 0, 0, 0];
  return Buffer.concat([Buffer.from(Int32Array.of(...layout, bytes.length).buffer), bytes]);
}

/** The results of such records. */
export function readResults(bytes: Buffer, classes: number): Classification[] {
  const size = 12 + 8 * classes;
  return Array.from({ length: bytes.length / size }, (_, index) => {
    // The slice begins at a multiple of four in a buffer of its own.
    const { buffer } = new Uint8Array(bytes.subarray(index * size, (index + 1) * size));
    const [level, label, accepted] = new Int32Array(buffer, 0, 3);
    return {
      level: level!,
      label: label!,
      accepted: accepted === 1,
      logits: new Int32Array(buffer, 12, classes),
      probabilities: new Float32Array(buffer, 12 + 4 * classes, classes),
    };
  });
}

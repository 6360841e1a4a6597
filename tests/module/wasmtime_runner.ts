/** Embedded modules under wasmtime, through run_in_wasmtime.py. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INPUT_FORMAT } from "../../ts-tools/abi/status.js";
import { repositoryRoot } from "../support/paths.js";
import type { Heard, Sound } from "./instance.js";

const PROGRAM = join(repositoryRoot, "tests", "module", "run_in_wasmtime.py");
const KIND = { sound: 1, mfcc: 2 } as const;

/** A recording, or MFCCs [frames, coefficients]. */
export type Input = Sound | Float32Array;

export interface Job {
  embedded: Uint8Array<ArrayBuffer>;
  classes: number;
  inputs: readonly Input[];
}

/** What each module says of its inputs, in their order; the level of MFCCs is 0. */
export function runInWasmtime(python: string, jobs: readonly Job[]): Heard[][] {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-wasmtime-"));
  try {
    const files = jobs.map(({ embedded, inputs }, index) => {
      const [module, input, result] = ["wasm", "in", "out"].map((end) => join(folder, `${index}.${end}`)) as [string, string, string];
      writeFileSync(module, embedded);
      writeFileSync(input, Buffer.concat(inputs.map(record)));
      return [module, input, result] as const;
    });
    const { status, stderr } = spawnSync(python, [PROGRAM, ...files.flat()], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return jobs.map((job, index) => readResults(readFileSync(files[index]![2]), job));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function record(input: Input): Uint8Array {
  const isSound = !(input instanceof Float32Array);
  const bytes = isSound ? input.bytes : new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  const layout = isSound ? [KIND.sound, INPUT_FORMAT[input.format], input.channels, input.rate] : [KIND.mfcc, 0, 0, 0];
  return Buffer.concat([Buffer.from(Int32Array.of(...layout, bytes.length).buffer), bytes]);
}

function readResults(bytes: Buffer, { classes, inputs }: Job): Heard[] {
  const size = 8 + 8 * classes;
  assert.equal(bytes.length, inputs.length * size);
  return inputs.map((_, index) => {
    // The slice begins at a multiple of four in a buffer of its own.
    const { buffer } = new Uint8Array(bytes.subarray(index * size, (index + 1) * size));
    const [level, label] = new Int32Array(buffer, 0, 2);
    return {
      level: level!,
      label: label!,
      logits: new Int32Array(buffer, 8, classes),
      probabilities: new Float32Array(buffer, 8 + 4 * classes, classes),
    };
  });
}

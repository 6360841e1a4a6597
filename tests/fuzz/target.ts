/** The parts of a fuzzer: cases made from a seed and a number, what runs them, and the possible outcomes. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Random } from "../support/random.js";

/** The files of one input, by name. */
export type Case = ReadonlyMap<string, Uint8Array>;

/** What the product made of a case. */
export type Outcome = { kind: "answer" } | { kind: "refusal"; sentence: string };

/** Tries a case. `folder` is there for its files, if they are needed on disk. Throws whatever must not happen. */
export type Trial = (files: Case, folder: string) => Promise<Outcome> | Outcome;

export interface Target {
  name: string;
  /** The same generator makes the same case. */
  generate(random: Random): Case;
  /** Is called once in the process that tries the cases. */
  setUp(): Promise<Trial> | Trial;
  /** How a case is tried again when it had to be stopped: through the product's own limits. Default: in the same way. */
  setUpAlone?(): Promise<Trial> | Trial;
  /** Undamaged cases, toward which a damaged one of the same length is made smaller. */
  seeds?(): readonly Case[];
  /** "allowed": a case may run forever, and is only stopped. Default "found". */
  hang?: "found" | "allowed";
  /** Processor time that a case may take; default that of limits.ts. */
  milliseconds?: number;
}

/** What must not happen, in words. */
export class Finding extends Error {
  override name = "Finding";
}

/** The same case for the same numbers, however many came before it. */
export function seedOf(seed: number, index: number): number {
  return (Math.imul(seed, 0x9e3779b1) + Math.imul(index, 0x85ebca77)) | 0;
}

/** Without files, the folder's existing contents are the case: one that cannot be written as bytes. */
export function writeCase(files: Case, folder: string): void {
  if (files.size === 0) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

export function readCase(folder: string): Case {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map(({ name }) => [name, readFileSync(join(folder, name))]));
}

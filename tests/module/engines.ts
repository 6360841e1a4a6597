/** What runs modules in these tests: Node, wasmtime, Chromium. */
import { skipWithoutChromium } from "../support/chromium.js";
import { runInChromium } from "./chromium_runner.js";
import { describeDifference } from "./compare.js";
import { type Classification, Instance } from "./instance.js";
import { findPython } from "./python.js";
import { type Job, runInWasmtime } from "./wasmtime_runner.js";

const python = findPython();

export const ENGINES = {
  node: { skip: false, run: runInNode },
  wasmtime: {
    skip: "missing" in python ? python.missing : false,
    run: async (jobs: readonly Job[]) => runInWasmtime((python as { program: string }).program, jobs),
  },
  chromium: { skip: skipWithoutChromium, run: runInChromium },
} as const;

export async function runInNode(jobs: readonly Job[]): Promise<Classification[][]> {
  const results: Classification[][] = [];
  for (const { module, inputs } of jobs) {
    const instance = await Instance.create(module);
    results.push(
      Array.from(inputs(), (given) =>
        given instanceof Float32Array ? { level: 0, ...instance.network(given) } : instance.classify(given),
      ),
    );
  }
  return results;
}

/** How an answer differs from the one that is wanted, if it does. */
export function difference(actual: Classification, expected: Classification): string | undefined {
  if (actual.level !== expected.level) return `level ${actual.level} instead of ${expected.level}`;
  if (actual.label !== expected.label) return `label ${actual.label} instead of ${expected.label}`;
  if (actual.accepted !== expected.accepted) return `accepted ${actual.accepted} instead of ${expected.accepted}`;
  return (
    describeDifference("logits", actual.logits, expected.logits) ??
    describeDifference("probabilities", actual.probabilities, expected.probabilities)
  );
}

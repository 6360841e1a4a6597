/** The same modules under wasmtime, on all the inputs of network.test.ts and path.test.ts: the bits that Node gives, which those compare with the reference. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPlan } from "./built_model.js";
import { type Case, mfccInputs, NETWORK_CASES, PATH_CASES, soundInputs } from "./cases.js";
import { describeDifference } from "./compare.js";
import { type Heard, Instance } from "./instance.js";
import { findPython } from "./python.js";
import { type Input, type Job, runInWasmtime } from "./wasmtime_runner.js";

const python = findPython();
const skip = "missing" in python ? python.missing : false;

async function jobOf(plan: Case, kind: "sounds" | "matrices"): Promise<Job> {
  const built = await buildPlan(plan);
  const inputs = (): Iterable<Input> => (kind === "sounds" ? soundInputs(plan) : mfccInputs(built, plan));
  return { embedded: built.embedded, classes: plan.classes, inputs };
}

function difference(actual: Heard, expected: Heard): string | undefined {
  if (actual.level !== expected.level) return `level ${actual.level} instead of ${expected.level}`;
  if (actual.label !== expected.label) return `label ${actual.label} instead of ${expected.label}`;
  if (actual.accepted !== expected.accepted) return `accepted ${actual.accepted} instead of ${expected.accepted}`;
  return (
    describeDifference("logits", actual.logits, expected.logits) ??
    describeDifference("probabilities", actual.probabilities, expected.probabilities)
  );
}

for (const [kind, plans] of [
  ["matrices", NETWORK_CASES],
  ["sounds", PATH_CASES],
] as const) {
  const count = plans.reduce((sum, plan) => sum + plan.inputs, 0);
  test(`${count} ${kind}: wasmtime gives the bits that Node gives`, { skip }, async (t) => {
    const jobs = await Promise.all(plans.map((plan) => jobOf(plan, kind)));
    const results = runInWasmtime((python as { program: string }).program, jobs);
    let compared = 0;
    for (const [index, { embedded, inputs }] of jobs.entries()) {
      const instance = await Instance.create(embedded);
      let input = 0;
      for (const given of inputs()) {
        const expected = given instanceof Float32Array ? { level: 0, ...instance.network(given) } : instance.hear(given);
        const found = difference(results[index]![input]!, expected);
        assert.equal(found, undefined, `${plans[index]!.name}, input ${input}: ${found}`);
        input++;
      }
      assert.equal(results[index]!.length, input);
      compared += input;
    }
    t.diagnostic(`${compared} inputs on ${jobs.length} models`);
    assert.equal(compared, count);
  });
}

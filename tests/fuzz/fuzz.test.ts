/** The fuzzers for half a minute in all, with fixed seeds and counts, and the cases that did harm once. LIGHT_SERNET_THOROUGH=1 tries eight times as many, `npm run fuzz` as many as you like. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ADAPTATION_EXPORTS, EXPORTS } from "../../ts-tools/abi/exports.js";
import { nameInC, WITHOUT_ADDRESS } from "../firmware/c_script.js";
import { THOROUGH } from "../module/cases.js";
import { repositoryRoot } from "../support/paths.js";
import { C_TARGETS, runC, skipC } from "./c/c_fuzzer.js";
import { type Figures, perSecond } from "./figures.js";
import { KNOWN_CASES, makeKnown } from "./known_cases.js";
import { FUZZERS, targetNamed } from "./registry.js";
import { casesIn, runFuzzer, tryAlone } from "./runner.js";

const SEED = 20261126;
const FOUND = join(repositoryRoot, "tests", "fuzz", "found");
const CORPUS = join(repositoryRoot, "tests", "fuzz", "corpus");

/** About a second of each. */
const CASES: Readonly<Record<string, number>> = {
  "tfjs-graph": 175,
  "tfjs-layers": 150,
  "keras2-h5": 45,
  "keras3-h5": 45,
  "keras2-keras": 40,
  "keras3-keras": 40,
  "tflite-float32": 500,
  "tflite-float16": 500,
  onnx: 375,
  manifest: 1000,
  sidecar: 400,
  budget: 500,
  folds: 500,
  "memory-map": 500,
  weights: 1250,
  wav: 500,
  samples: 70,
  wasm: 225,
  adaptation: 350,
  "c-api": 250,
  "c-api-unchecked": 250,
};
const runsOf = (name: string): number => CASES[name]! * (THOROUGH ? 8 : 1);

function sayAndCheck(t: { diagnostic(message: string): void }, figures: Figures, cases: number): void {
  const { executions, answers, refusals, stopped, longest, most, found } = figures;
  t.diagnostic(
    `${executions} cases, ${perSecond(figures)} a second: ${answers} answers, ${refusals} refusals, ${stopped} stopped; at most ${Math.round(longest.milliseconds)} ms, ${most.mebibytes} MiB`,
  );
  assert.deepEqual(
    found.map(({ what, folder }) => `${what}\nnpm run fuzz -- replay ${folder}`),
    [],
  );
  assert.ok(executions >= cases, "all cases are tried");
  assert.ok(answers > 0 && refusals > 0, "some do harm and some do not");
}

test("every fuzzer is run here", () => {
  assert.deepEqual(Object.keys(CASES).sort(), [...Object.keys(FUZZERS), ...Object.keys(C_TARGETS)].sort());
});

test("the fuzzer of the C API calls every function of light_sernet.h", () => {
  const text = ["fuzz_api.c", "fuzz_calls.h", "state_memory.h"]
    .map((name) => readFileSync(join(repositoryRoot, "tests", "fuzz", "c", name), "utf8"))
    .join();
  const names = Object.keys({ ...EXPORTS, ...ADAPTATION_EXPORTS })
    .filter((name) => ![...WITHOUT_ADDRESS, "push"].includes(name))
    .map(nameInC);
  for (const name of [
    ...names,
    "lsn_init",
    "lsn_classify",
    "lsn_push",
    "lsn_push_bytes",
    "lsn_get_result",
    "lsn_get_input",
    "lsn_status_sentence",
    "lsn_warning_sentence",
  ]) {
    assert.ok(text.includes(`${name}(`), `${name} is not called`);
  }
});

for (const name of Object.keys(FUZZERS)) {
  test(`${name}: damaged cases end well`, async (t) => {
    const runs = runsOf(name);
    sayAndCheck(t, await runFuzzer(await targetNamed(name), { seed: SEED, runs, keepIn: FOUND, mostFound: 3 }), runs);
  });
}

for (const name of Object.keys(C_TARGETS)) {
  test(`${name}: any calls end well`, { skip: skipC() }, async (t) => {
    const runs = runsOf(name);
    sayAndCheck(t, await runC(name, { seed: SEED, runs, keepIn: FOUND }), runs);
  });
}

for (const known of KNOWN_CASES) {
  test(`${known.target}: ${known.name}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "light-sernet-fuzz-known-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    makeKnown(known, folder);
    const { found, said } = await tryAlone(known.target, folder, "there");
    assert.equal(found, undefined);
    if (known.expected === "refusal") assert.notEqual(said, "an answer", "it must be refused");
  });
}

// Those of the C API are files, with which its fuzzers begin.
for (const { target, source } of casesIn(CORPUS)) {
  test(`${target}: the kept case ${source.slice(CORPUS.length + 1)}`, async () => {
    assert.equal((await tryAlone(target, source, "alone")).found, undefined);
  });
}

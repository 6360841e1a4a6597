/** The trained model on the twelve recordings that there are golden MFCCs and probabilities of: reference, Node, wasmtime and the WASI command. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { findWasmtime } from "../../ts-tools/host/wasmtime.js";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { Recognition } from "../../ts-tools/runtime/result.js";
import { classifyWindow, type WindowResult } from "../reference/classify.js";
import { cropCenter, padBothSides } from "../reference/segment.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { allBuilds, type BuiltModel, build, buildCommand } from "./built_model.js";
import { THOROUGH } from "./cases.js";
import { assertSame, describeDifference } from "./compare.js";
import { difference, ENGINES } from "./engines.js";
import { firstDifferenceOfSound } from "./first_difference.js";
import { type Classification, Instance, plainSound } from "./instance.js";
import { allRecordings, goldenMfcc, recordingFile, referenceAnswers, skip, upstreamModel } from "./upstream_model.js";

interface Recording {
  name: string;
  samples: Int16Array;
  expected: WindowResult;
  actual: Classification;
}

let built: BuiltModel;
let instance: Instance;
let recordings: Recording[] = [];

before(async () => {
  if (skip) return;
  built = await build("upstream", await upstreamModel(), REFERENCE_FRONT_END);
  instance = await Instance.create(built.embedded);
  recordings = Object.keys(referenceAnswers().files).map((name) => {
    const samples = readPcmWav(recordingFile(name));
    const expected = classifyWindow(samples, built.model, REFERENCE_FRONT_END);
    return { name, samples, expected, actual: instance.classify(plainSound(name, samples)) };
  });
});

test("the module in Node returns the reference's level, logits and probabilities", { skip }, () => {
  assert.equal(recordings.length, 12);
  for (const { name, samples, expected, actual } of recordings) {
    assert.equal(actual.level, expected.level, name);
    if (describeDifference("logits", actual.logits, expected.logits))
      assert.fail(`${name}: ${firstDifferenceOfSound(built, instance, plainSound(name, samples))}`);
    assertSame(`${name}: probabilities`, actual.probabilities, expected.probabilities);
    assert.equal(actual.label, expected.label);
  }
});

test("MFCCs: at most 1e-3 from an independent float64 implementation, 1e-5 in the mean", { skip }, (t) => {
  let [largest, sum, count] = [0, 0, 0];
  for (const { name, samples, expected, actual } of recordings) {
    const window = REFERENCE_FRONT_END.windowSamples;
    const mfcc = instance.features(plainSound(name, padBothSides(cropCenter(samples, window), window)), actual.level);
    assertSame(`${name}: MFCCs`, mfcc, expected.mfcc.values);
    const golden = goldenMfcc(name);
    assert.deepEqual(golden.shape, [expected.mfcc.frames, expected.mfcc.coefficients]);
    for (const [index, value] of golden.values.entries()) {
      const difference = Math.abs(mfcc[index]! - value);
      largest = Math.max(largest, difference);
      sum += difference;
      count++;
    }
  }
  t.diagnostic(`${count} MFCCs: largest difference ${largest.toExponential(2)}, mean ${(sum / count).toExponential(2)}`);
  assert.ok(largest <= 1e-3 && sum / count <= 1e-5);
});

test("labels and probabilities are near the float model's", { skip }, (t) => {
  const { classes, files } = referenceAnswers();
  let same = 0;
  const differences = recordings.map(({ name, actual }) => {
    const { label, probabilities } = files[name]!;
    if (classes[actual.label] === label) same++;
    return probabilities.reduce((most, p, index) => Math.max(most, Math.abs(p - actual.probabilities[index]!)), 0);
  });
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  const largest = Math.max(...differences);
  t.diagnostic(`${same} of ${recordings.length} labels; largest difference a file: mean ${mean.toFixed(4)}, at most ${largest.toFixed(4)}`);
  assert.equal(same, recordings.length);
  assert.ok(mean <= 0.02);
});

for (const [engine, { skip: missing, run }] of Object.entries(ENGINES)) {
  test(`every build in ${engine} returns the bits of the scalar module in Node`, { skip: skip || missing }, async (t) => {
    const names = THOROUGH ? allRecordings() : recordings.map(({ name }) => name);
    const sounds = names.map((name) => plainSound(name, readPcmWav(recordingFile(name))));
    const wanted = sounds.map((sound) => instance.classify(sound));
    const jobs = [...(await allBuilds(built))].map(([build, module]) => ({
      build,
      module,
      classes: built.classes.length,
      inputs: () => sounds,
    }));
    for (const [index, answers] of (await run(jobs)).entries()) {
      assert.equal(answers.length, wanted.length);
      for (const [recording, name] of names.entries()) {
        assert.equal(difference(answers[recording]!, wanted[recording]!), undefined, `${jobs[index]!.build}, ${name}`);
      }
    }
    t.diagnostic(`${names.length} recordings, ${jobs.length} builds`);
  });
}

test("the WASI command returns the same bits", { skip: skip || skipWithoutWasmtime }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-recordings-"));
  try {
    const command = join(folder, "command.wasm");
    writeFileSync(command, await buildCommand(built));
    for (const { name, actual } of recordings) {
      const parameters = ["run", command, "--long", "center"];
      const { status, stdout, stderr } = spawnSync(findWasmtime(), parameters, {
        input: readFileSync(recordingFile(name)),
        encoding: "utf8",
      });
      assert.equal(status, 0, stderr);
      const { label, logits, probabilities } = JSON.parse(stdout) as Recognition;
      assert.equal(label, built.classes[actual.label], name);
      assertSame(`${name}: logits`, Int32Array.from(Object.values(logits!)), actual.logits);
      assertSame(`${name}: probabilities`, Float32Array.from(Object.values(probabilities)), actual.probabilities);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

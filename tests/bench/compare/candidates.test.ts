/** Who is measured, and the sentences about who is not. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Inputs, listCandidates, relaxedFlags } from "../../../bench/compare/candidates.js";
import { lastAllowedCore } from "../../../bench/compare/one_core.js";
import { RELAXED_FLAGS } from "../../../ts-tools/runtime/relaxed_simd.js";

const frontEnd = { sampleRate: 16000, frameSamples: 1024, hopSamples: 256, melBands: 128, melLowHz: 80, melHighHz: 7600, coefficients: 40 };

function inputs(model: string): Inputs {
  const shape = { frames: 184, coefficients: 40, frontEnd };
  return { model, peerModels: join(model, "none"), graphModel: undefined, samples: "s", mfcc: "m", driver: "d", work: model, shape };
}

test("builds that the folder has are measured, of the others and of missing models a sentence says how to get them", async (t) => {
  const model = await mkdtemp(join(tmpdir(), "bench-"));
  t.after(() => rm(model, { recursive: true }));
  for (const name of ["light-sernet.wasm", "light-sernet.relaxed.wasm"]) await writeFile(join(model, name), "");
  const { candidates, skipped } = listCandidates(inputs(model), ["node", "native", "chromium"]);
  const ours = candidates.filter(({ subject }) => subject === "light-sernet").map(({ build, engine }) => `${build} ${engine}`);
  assert.deepEqual(ours, ["scalar node", "scalar chromium", "relaxed node", "relaxed chromium"]);
  const relaxed = candidates.find(({ build, engine }) => build === "relaxed" && engine === "node")!;
  assert.deepEqual(relaxed.host, { program: "node", flags: relaxedFlags() });
  const sentences = skipped.map(({ name, why }) => `${name}: ${why}`);
  assert.ok(sentences.some((line) => /^light-sernet simd .*light-sernet\.simd\.wasm is missing; build the model again/.test(line)));
  assert.ok(sentences.some((line) => /^tensorflow\.js .*(--source|--install-peers)/.test(line)));
  for (const name of ["onnxruntime-web float32", "onnxruntime-web int8", "tflite float32", "onnxruntime int8"]) {
    assert.ok(
      sentences.some((line) => line.startsWith(name) && line.includes("--install-peers")),
      name,
    );
  }
});

test("only what the chosen engines could have is said to be missing", () => {
  const { candidates, skipped } = listCandidates(inputs("/nowhere"), ["native"]);
  assert.ok(candidates.every(({ engine }) => engine === "native"));
  assert.ok(skipped.every(({ name }) => name.split(" ").includes("native")));
});

test("Node 20 needs a flag for relaxed SIMD, later ones do not know it", () => {
  assert.deepEqual(relaxedFlags("20.20.2"), RELAXED_FLAGS);
  assert.deepEqual(relaxedFlags("22.1.0"), []);
});

test("the last core that this process may run on", () => {
  assert.equal(lastAllowedCore("Cpus_allowed:\tff\nCpus_allowed_list:\t0-3,8\nMems:\t1\n"), "8");
  assert.equal(lastAllowedCore("Cpus_allowed_list:\t0-3\n"), "3");
  assert.equal(lastAllowedCore("nothing"), undefined);
});

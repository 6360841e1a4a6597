/** `light-sernet bench`: what it measures, and what it says when a peer is not there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BenchReport } from "../../ts-tools/cli/bench.js";
import { lightSernet } from "../support/command.js";

test("bench --json: ours in Node and wasmtime, TensorFlow.js, sizes and memory; answers are compared first", async (t) => {
  const { code, stdout, stderr } = await lightSernet(["bench", "--runs", "1", "--json"]);
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout) as BenchReport;
  assert.deepEqual(Object.keys(report), ["machine", "versions", "verified", "skipped", "sizes", "memory", "results"]);
  assert.deepEqual(report.skipped, []);
  assert.equal(report.verified.length, 1);
  const rows = report.results.map(({ subject, engine, stage }) => `${subject} ${engine} ${stage}`).sort();
  assert.deepEqual(rows, [
    ...["frontend", "network", "total"].map((stage) => `light-sernet node ${stage}`),
    ...["frontend", "network", "total"].map((stage) => `light-sernet wasmtime ${stage}`),
    "tensorflow.js node network",
  ]);
  for (const { medianMs, minMs, runs } of report.results) {
    assert.equal(runs, 1);
    assert.ok(minMs > 0 && minMs <= medianMs);
  }
  assert.deepEqual(report.memory.linear, 65536);
  t.diagnostic(report.verified[0]!);
});

test("a peer that is another model is left out, and that is said", async () => {
  const { code, stdout } = await lightSernet(["bench", "--runs", "1", "--json", "--source", "tests/fixtures/models/tiny.tfjs-graph"]);
  assert.equal(code, 0);
  const { skipped, results } = JSON.parse(stdout) as BenchReport;
  assert.match(skipped.join(), /TensorFlow\.js: /);
  assert.ok(results.every(({ subject }) => subject === "light-sernet"));
});

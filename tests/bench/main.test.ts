/** `npm run bench`: what it measures, what it writes, and what it says when something is not there or is wrong. */
import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pythonWithPackage } from "../../bench/compare/places.js";
import type { BenchReport } from "../../bench/compare/report.js";
import { peerBench } from "../support/command.js";

const FEW = ["--runs", "2", "--cold-runs", "1"];

test("bench --json: ours and TensorFlow.js in Node, verified, with limits and cold starts; and the chart", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "chart.svg");
  const { code, stdout, stderr } = await peerBench([...FEW, "--engines", "node,wasmtime", "--json", "--chart", file]);
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout) as BenchReport;
  const fields = ["machine", "versions", "model", "modules", "verified", "skipped", "multiplies", "limits", "sizes", "memory", "results"];
  assert.deepEqual(Object.keys(report), fields);
  const rows = report.results.map(({ subject, engine, build, stage }) => [subject, engine, build, stage].filter(Boolean).join(" "));
  for (const stage of ["frontend", "network", "total", "coldStart"]) {
    assert.ok(rows.includes(`light-sernet node scalar ${stage}`), stage);
    assert.ok(rows.includes(`light-sernet node simd ${stage}`), stage);
  }
  // The tests' own Python environment has it; elsewhere a sentence must say how to get it.
  if (pythonWithPackage("wasmtime")) assert.ok(rows.includes("light-sernet wasmtime simd total"));
  else assert.ok(report.skipped.some((line) => /^light-sernet simd wasmtime: .*--install-peers/.test(line)));
  const [size] = report.sizes;
  assert.ok(size!.subject === "light-sernet" && size!.brotli < size!.gzip && size!.gzip < size!.bytes);
  for (const stage of ["network", "coldStart"]) assert.ok(rows.includes(`tensorflow.js node ${stage}`), stage);
  for (const { stage, medianMs, minMs, runs, build, shareOfLimit } of report.results) {
    assert.equal(runs, stage === "coldStart" ? 1 : 2);
    assert.ok(minMs > 0 && minMs <= medianMs);
    if (stage === "network" && build) assert.ok(shareOfLimit! > 0.01 && shareOfLimit! < 1.5, `${build} ${shareOfLimit}`);
  }
  assert.ok(report.verified.some((line) => line.startsWith("the same logits, bit for bit: light-sernet scalar int8 node, ")));
  assert.ok(report.limits.some(({ engine, build, medianGmacs }) => engine === "node" && build === "simd" && medianGmacs > 1));
  const scalar = report.memory.find(({ engine, build }) => engine === "node" && build === "scalar")!;
  assert.equal(scalar.linearBytes, 65536);
  assert.equal((await readFile(file, "utf8")).match(/class="bar"/g)?.length, report.results.length);
  for (const line of [...report.skipped, ...report.verified]) t.diagnostic(line);
});

test("weights that the built model is not made from: the sentence says so, exit code 1, nothing on standard output", async () => {
  const { code, stdout, stderr } = await peerBench([...FEW, "--json", "--source", "tests/fixtures/models/tiny.tfjs-graph"]);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /tiny\.tfjs-graph is not what --model was built from/);
});

test("a build that holds another model: exit code 1 before anything is timed", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const name of ["model.json", "weights.bin", "light-sernet.wasm"]) await copyFile(join("build", name), join(folder, name));
  const damaged = await readFile(join("build", "light-sernet.simd.wasm"));
  // In the middle of its weights.
  damaged.fill(0, 200_000, 260_000);
  await writeFile(join(folder, "light-sernet.simd.wasm"), damaged);
  const { code, stdout, stderr } = await peerBench([...FEW, "--engines", "node", "--json", "--model", folder]);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /light-sernet simd int8 node (answers|computes the logits)/);
});

test("a folder with one build of three: that one is measured, the others are named", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const name of ["model.json", "weights.bin", "light-sernet.simd.wasm"]) await copyFile(join("build", name), join(folder, name));
  const { code, stdout, stderr } = await peerBench([...FEW, "--engines", "node", "--json", "--model", folder]);
  assert.equal(code, 0, stderr);
  const { results, skipped } = JSON.parse(stdout) as BenchReport;
  assert.deepEqual([...new Set(results.flatMap(({ build }) => build ?? []))], ["simd"]);
  for (const build of ["scalar", "relaxed"])
    assert.ok(skipped.some((line) => line.startsWith(`light-sernet ${build} `) && line.includes("is missing")));
});

test("a sound that is not there: one sentence, exit code 1", async () => {
  const { code, stdout, stderr } = await peerBench(["--sound", "nonexist.wav"]);
  const sentence = "light-sernet: nonexist.wav: there is no such file or folder; check the path\n";
  assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: "", stderr: sentence });
});

test("wrong usage: exit code 2", async () => {
  for (const words of [
    ["--runs", "0"],
    ["--cold-runs", "some"],
    ["--engines", "node,safari"],
  ]) {
    assert.equal((await peerBench(words)).code, 2, words.join(" "));
  }
});

/** `light-sernet bench`: what it measures, and what it says when something is missing or wrong. */
import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type BenchReport, benchText } from "../../ts-tools/cli/bench.js";
import { lightSernet } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

const BUILD = join(repositoryRoot, "build");
const NO_WASMTIME = { LIGHT_SERNET_WASMTIME: "/nonexist" };

async function folderWith(t: TestContext, names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "small-bench-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const name of names) await copyFile(join(BUILD, name), join(folder, name));
  return folder;
}

test("all builds in Node and wasmtime: every stage, memory, size, the same logits", async (t) => {
  const { code, stdout, stderr } = await lightSernet(["bench", "--runs", "2", "--json"]);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  const report = JSON.parse(stdout) as BenchReport;
  assert.deepEqual(Object.keys(report), ["machine", "versions", "model", "runs", "skipped", "results"]);
  const rows = report.results.map(({ engine, build }) => `${build} ${engine}`);
  assert.deepEqual(rows.slice(0, 3), ["scalar node", "simd node", "relaxed node"]);
  // The tests bring wasmtime; elsewhere a sentence says how to get it.
  if (rows.length < 4) assert.match(report.skipped[0]!, /^scalar in wasmtime: wasmtime is not installed; get it from/);
  for (const { engine, stages, logits, linearBytes, residentBytes, fileBytes } of report.results) {
    const names = engine === "node" ? ["level", "frontend", "network", "total"] : ["frontend", "network", "total"];
    assert.deepEqual(Object.keys(stages), names);
    for (const { medianMs, minMs } of Object.values(stages)) assert.ok(minMs > 0 && minMs <= medianMs);
    assert.deepEqual(logits, report.results[0]!.logits);
    assert.ok(fileBytes > 400_000);
    if (engine === "node") assert.ok(linearBytes! % 65536 === 0 && residentBytes! > 0);
    // A process that holds the module and its compiled code cannot be smaller than the module.
    else if (process.platform === "linux") assert.ok(residentBytes! > fileBytes);
  }
  assert.equal(report.results[0]!.linearBytes, 65536);
  t.diagnostic(benchText(report));
});

test("the text fits 100 columns", async () => {
  const { code, stdout, stderr } = await lightSernet(["bench", "--runs", "1"], { environment: NO_WASMTIME });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ {2}build {4}engine {2}level /m);
  assert.match(stdout, /^ {2}simd +node +\d+\.\d\d \(\d+\.\d\d\)/m);
  assert.match(stdout, /^All 3 compute the same logits\.$/m);
  const stages = { level: 10000.5, frontend: 10000.5, network: 10000.5, total: 10000.5 };
  const slow = Object.fromEntries(Object.entries(stages).map(([name, ms]) => [name, { medianMs: ms, minMs: ms }]));
  const row = { engine: "wasmtime", build: "relaxed", file: "light-sernet.relaxed.wasm", fileBytes: 33_554_432 } as const;
  const text = benchText({
    machine: { cpu: "Some Processor With a Long Name", cores: 128, platform: "linux x64" },
    versions: { "light-sernet": "10.10.10", node: "24.10.10", wasmtime: "49.0.3 (f96eabaa1 2026-10-14)" },
    model: { id: "emodb-full-ce-v2", sha256: "0" },
    runs: 1000,
    skipped: [],
    results: [{ ...row, stages: slow, logits: [1], linearBytes: 33_554_432, residentBytes: 133_554_432 }],
  });
  for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
});

test("a folder with one build: that one is measured, the others are named", async (t) => {
  const folder = await folderWith(t, ["model.json", "light-sernet.simd.wasm"]);
  const { code, stdout, stderr } = await lightSernet(["bench", "--runs", "1", "--json", "--model", folder]);
  assert.equal(code, 0, stderr);
  const { results, skipped } = JSON.parse(stdout) as BenchReport;
  assert.deepEqual(
    results.map(({ build }) => build),
    ["simd"],
  );
  assert.equal(skipped.length, 3);
  for (const line of skipped) assert.match(line, /^(scalar|relaxed) in (Node|wasmtime): .*\.wasm is missing; build the model again/);
});

test("a folder without any build, or without a model: one sentence, exit code 1", async (t) => {
  const folder = await folderWith(t, ["model.json"]);
  for (const [model, sentence] of [
    [folder, /^light-sernet: \S+ holds no module that can be measured \([^\n]*\)\n$/],
    [join(folder, "nonexist"), /^light-sernet: \S+ has no built model \(no model\.json\)[^\n]*\n$/],
  ] as const) {
    const { code, stdout, stderr } = await lightSernet(["bench", "--model", model]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, sentence);
  }
});

test("builds that compute different logits: exit code 1, nothing on standard output", async (t) => {
  const folder = await folderWith(t, ["model.json", "light-sernet.wasm"]);
  const damaged = await readFile(join(BUILD, "light-sernet.simd.wasm"));
  // In the middle of its weights.
  damaged.fill(0, 200_000, 260_000);
  await writeFile(join(folder, "light-sernet.simd.wasm"), damaged);
  const { code, stdout, stderr } = await lightSernet(["bench", "--runs", "1", "--json", "--model", folder]);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  const sentence = "light-sernet.simd.wasm computes other logits in node than light-sernet.wasm in node; build the model again";
  assert.equal(stderr, `light-sernet: ${sentence}\n`);
});

test("wrong usage: exit code 2", async () => {
  for (const words of [["--runs", "0"], ["--runs", "1.5"], ["--peers"], ["build"]]) {
    const { code, stdout } = await lightSernet(["bench", ...words]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" }, words.join(" "));
  }
});

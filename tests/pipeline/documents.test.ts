import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chart } from "../../bench/compare/chart.js";
import type { BenchReport } from "../../bench/compare/report.js";
import { documents } from "../../bench/document.js";
import { ABI_DOCUMENT, abiDocument } from "../../ts-tools/abi/document.js";
import { repositoryRoot } from "../support/paths.js";

test("docs/abi.md is what the lists give (npm run docs)", () => {
  const same = readFileSync(join(repositoryRoot, ABI_DOCUMENT), "utf8") === abiDocument();
  assert.ok(same, `${ABI_DOCUMENT} is not up to date; run npm run docs`);
});

test("the tables of docs/ are those of bench/results (node dist/bench/document.js)", () => {
  const all = documents();
  assert.ok(all.size > 1);
  for (const [name, text] of all)
    assert.ok(readFileSync(join(repositoryRoot, name), "utf8") === text, `${name} is not up to date; run node dist/bench/document.js`);
});

test("docs/bench.svg shows bench/results/bench.json (node dist/bench/draw_chart.js)", () => {
  const report = JSON.parse(readFileSync(join(repositoryRoot, "bench/results/bench.json"), "utf8")) as BenchReport;
  const picture = readFileSync(join(repositoryRoot, "docs/bench.svg"), "utf8");
  assert.ok(
    picture === chart(report, ["network", "frontend"]),
    "run node dist/bench/draw_chart.js bench/results/bench.json docs/bench.svg network,frontend",
  );
});

test("what is timed and counted is the model that ships", () => {
  const { id, sha256 } = JSON.parse(readFileSync(join(repositoryRoot, "build/model.json"), "utf8")) as BenchReport["model"];
  for (const name of ["bench.json", "bench-node24.json", "layers.json", "rates.json"]) {
    const { model } = JSON.parse(readFileSync(join(repositoryRoot, "bench/results", name), "utf8")) as BenchReport;
    assert.deepEqual(model, { id, sha256 }, `bench/results/${name} is of other weights; measure again`);
  }
});

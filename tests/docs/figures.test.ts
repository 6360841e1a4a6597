/**
 * Figures in prose are generated or compared here. Generated: docs/abi.md; every table and every figure in a sentence that stands between comments (see
 * bench/documents/documents.ts) in README.md, docs/ and weights/README.md; docs/bench.svg. Compared: the figures below, in code blocks and in comments of C, where
 * no comment can mark them. Not covered: what performance.md and the model card say was tried once, by hand.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chart } from "../../bench/compare/chart.js";
import type { BenchReport } from "../../bench/compare/report.js";
import { documents } from "../../bench/documents/documents.js";
import { type Figures, inlineFigures } from "../../bench/documents/inline.js";
import type { MeasuredModules } from "../../bench/measured/modules.js";
import { ABI_DOCUMENT, abiDocument } from "../../ts-tools/abi/document.js";
import { isPackagedModel, LICENSES } from "../../ts-tools/runtime/shipped_models.js";
import { NETWORK_CASES, PATH_CASES, THOROUGH } from "../module/cases.js";
import { lightSernet } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

const text = (name: string): string => readFileSync(join(repositoryRoot, name), "utf8");

test("docs/abi.md is what the lists say (npm run docs)", () => {
  assert.ok(text(ABI_DOCUMENT) === abiDocument(), `${ABI_DOCUMENT} is not up to date; run npm run docs`);
});

test("tables and figures of the documents are those of the results and modules (npm run docs)", async () => {
  const all = await documents();
  assert.ok(all.size > 5);
  for (const [name, wanted] of all) {
    const [is, should] = [text(name).split("\n"), wanted.split("\n")];
    const line = should.findIndex((line, index) => line !== is[index]);
    assert.ok(
      line === -1 && is.length === should.length,
      `${name}:${line + 1} is not up to date; run npm run docs. It should be:\n${should[line]}`,
    );
  }
});

test("docs/bench.svg shows bench/results/bench.json (npm run docs)", () => {
  const report = JSON.parse(text("bench/results/bench.json")) as BenchReport;
  assert.ok(text("docs/bench.svg") === chart(report, ["network", "frontend"]), "docs/bench.svg is not up to date; run npm run docs");
});

/** Fuzzing counts inputs, and apps.json is about bundlers: neither is what a module costs or answers. */
const NOT_OF_MODULES = ["apps.json", "fuzz.json", "gate.json", "stream_agreement.json"];

/** runtimes.json is of older modules, from another machine; no time had grown by more than 2 % then. A file leaves this list when it is measured again. */
const OLDER = ["runtimes.json"];

test("what is timed and counted is the model that ships", () => {
  const { id, sha256 } = JSON.parse(text("build/model.json")) as BenchReport["model"];
  for (const name of ["bench.json", "bench-node24.json", "layers.json", "rates.json"]) {
    const { model } = JSON.parse(text(`bench/results/${name}`)) as BenchReport;
    assert.deepEqual(model, { id, sha256 }, `bench/results/${name} is of other weights; measure again`);
  }
});

test("what was measured is the modules that ship", () => {
  const shipped = new Map(
    Object.keys(LICENSES)
      .filter(isPackagedModel)
      .map((model) => [(JSON.parse(text(`weights/${model}/int8/model.json`)) as { id: string }).id, `weights/${model}/int8`]),
  );
  const files = readdirSync(join(repositoryRoot, "bench/results")).filter((name) => !NOT_OF_MODULES.includes(name));
  const outdated = files.filter((name) => {
    const report = JSON.parse(text(`bench/results/${name}`)) as Partial<Record<string, unknown>>;
    // agreement.json holds a measurement a model; the others in it do not ship.
    const { modules } = (report["weights/full"] ?? report) as { modules?: MeasuredModules };
    const hashes = Object.entries(modules ?? {}).flatMap(([id, named]) =>
      Object.entries(named).map(([file, hash]) => [id, file, hash] as const),
    );
    const same = hashes.every(([id, file, hash]) => {
      const folder = shipped.get(id);
      return folder !== undefined && hashOf(readFileSync(join(repositoryRoot, folder, file))) === hash;
    });
    return hashes.length === 0 || !same;
  });
  assert.deepEqual(outdated, OLDER, "of other modules than weights/*/int8, or does not say of which; measure again (bench/README.md)");
});

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** [file, where the figure stands, its name in bench/documents/inline.ts] */
const IN_CODE: readonly [file: string, pattern: RegExp, figure: string][] = [
  ["README.md", /lsn_state state; \/\* (\d+) KB/, "full.state-kb"],
  ["docs/firmware.md", /lsn_state state; \/\* (\d+) KB/, "full.state-kb"],
  ["hosts/bare-metal/main.c", /\/\* (\d+) KB: all the memory/, "full.state-kb"],
  ["hosts/bare-metal/stm32f405.ld", /the full model takes (\d+) KB/, "full.flash-kb"],
  ["hosts/bare-metal/stm32f405.ld", /its state (\d+) KB/, "full.state-kb"],
  ["hosts/firmware/README.md", /(\d+ %) fewer instructions for a model of the paper's widths/, "full.checks"],
  ["hosts/firmware/README.md", /(\d+ %) for the narrow one/, "micro.checks"],
];

test("figures in code and comments", async () => {
  const figures: Figures = await inlineFigures();
  for (const [file, pattern, figure] of IN_CODE) {
    const found = pattern.exec(text(file).replaceAll(/\s+/g, " "));
    assert.ok(found, `${file} no longer has ${pattern}; adapt this list`);
    assert.equal(found[1], figures[figure], `${file}: ${found[0]}`);
  }
});

test("docs/pipeline.svg: size of the line buffers", () => {
  const { regions } = JSON.parse(text("build/memory_map.json")) as { regions: { name: string; bytes: number }[] };
  const { bytes } = regions.find(({ name }) => name === "LINE_BUFFERS")!;
  assert.equal(/line buffers of (\d+) KiB/.exec(text("docs/pipeline.svg"))?.[1], (bytes / 1024).toFixed(0));
});

test("docs/figures.md says how many random inputs are compared", { skip: THOROUGH && "the figures are those of npm test" }, () => {
  const count = (cases: readonly { inputs: number }[]): string =>
    cases.reduce((sum, { inputs }) => sum + inputs, 0).toLocaleString("en-US");
  const found = /([\d,]+) random MFCC matrices and ([\d,]+) random sounds/.exec(text("docs/figures.md"));
  assert.deepEqual(found?.slice(1), [count(NETWORK_CASES), count(PATH_CASES)]);
});

test("README.md's first command says what README.md shows", async () => {
  const [, file, shown] = /npx light-sernet classify (\S+)[^\n]*\n([^\n]+)\n/.exec(text("README.md"))!;
  const { code, stdout, stderr } = await lightSernet(["classify", join(repositoryRoot, file!)]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout.replace(join(repositoryRoot, file!), file!), `${shown!.trim()}\n`);
});

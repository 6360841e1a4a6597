/** The rules of architecture.mjs find what breaks them: a small tree that breaks every one. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "./support/paths.js";

const BROKEN: Readonly<Record<string, string>> = {
  "ts-tools/text/names.ts": 'import "../runtime/browser.js";',
  "ts-tools/runtime/browser.ts": 'import "./node_only.js";',
  "ts-tools/runtime/node_only.ts": 'import "node:fs";\nimport "commander";',
  "ts-tools/model/types.ts": 'import type {} from "./shapes.js";',
  "ts-tools/model/shapes.ts": 'import type {} from "./types.js";\nimport "./missing.js";',
  "ts-tools/extras/more.ts": 'import "../text/names.js";',
  "ts-tools/cli/main.ts": 'import "../../bench/main.js";\nimport "fast-check";',
  "bench/main.ts": 'import "../tests/support.js";',
  "tests/support.ts": "export {};",
  "assembly/kernels/pool.ts": 'import { rows } from "../network/rows";\nexport const pooled = rows;',
  "assembly/kernels/dense.ts": 'import "../generated/levels";\nimport "../generated/model";',
  "assembly/kernels/simd/dense.ts": 'import "../../generated/memory_map";',
  "assembly/generated/levels.ts": "export {};",
  "assembly/generated/model.ts": "export {};",
  "assembly/network/rows.ts": "export const rows = 1;",
  "assembly/sound/rates.ts": 'import { rows } from "../network/rows";',
  "assembly/frontend/frames.ts": 'import "../module";',
  "assembly/module.ts": "export {};",
  "assembly/extras/more.ts": 'import "../module";',
  "bench/peers/other.ts": 'import "../compare/chart.js";',
  "bench/compare/chart.ts": 'import "../peers/subject.js";',
  "bench/peers/subject.ts": "export {};",
  "bench/extras/more.ts": 'import "../main.js";',
  "web/src/main.ts": 'import "../../ts-tools/cli/main.js";\nimport "node:fs";',
  "web/build/main.ts": 'import "../../tests/support.js";',
  "ts-tools/abi/page.ts": 'import "../../web/src/main.js";',
};

const EXPECTED = [
  "a browser never meets Node's modules: ts-tools/runtime/browser.ts → fs",
  "every folder of ts-tools is in architecture.mjs: ts-tools/extras/more.ts → ts-tools/text/names.ts",
  "imports lead somewhere: ts-tools/model/shapes.ts → ./missing.js",
  "assembly/frontend uses only: generated: assembly/frontend/frames.ts → assembly/module.ts",
  "assembly/kernels uses only: generated, target: assembly/kernels/pool.ts → assembly/network/rows.ts",
  "assembly/sound uses only: generated: assembly/sound/rates.ts → assembly/network/rows.ts",
  "bench/peers uses only: measured: bench/peers/other.ts → bench/compare/chart.ts",
  "every folder of assembly is in architecture.mjs: assembly/extras/more.ts → assembly/module.ts",
  "every folder of bench is in architecture.mjs: bench/extras/more.ts → bench/main.ts",
  "kernels know no model: of the generated files they use only levels, record_layouts: assembly/kernels/dense.ts → assembly/generated/model.ts",
  "kernels know no model: of the generated files they use only levels, record_layouts: assembly/kernels/simd/dense.ts → ../../generated/memory_map",
  "no circles of folders: bench/peers →",
  "no circles: ts-tools/model/shapes.ts →",
  "the bench does not use tests: bench/main.ts → tests/support.ts",
  "the runtime needs no package: ts-tools/runtime/browser.ts →",
  "ts-tools/text uses only: nothing: ts-tools/text/names.ts → ts-tools/runtime/browser.ts",
  "nobody but the bench and tests uses the page: ts-tools/abi/page.ts → web/src/main.ts",
  "the page uses only the runtime, what a model is, and rows of CSV: web/src/main.ts → ts-tools/cli/main.ts",
  "who builds the page uses no bench, no tests: web/build/main.ts → tests/support.ts",
  "what ships does not use bench or tests: ts-tools/cli/main.ts → bench/main.ts",
  "what ships does not use development packages: ts-tools/cli/main.ts →",
];

test("imports that break a rule are found, each by its rule", (t) => {
  const tree = mkdtempSync(join(tmpdir(), "light-sernet-architecture-"));
  t.after(() => rmSync(tree, { recursive: true }));
  for (const [file, text] of Object.entries(BROKEN)) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    writeFileSync(join(tree, file), `${text}\n`);
  }
  for (const file of ["architecture.mjs", "tsconfig.json", "package.json"]) copyFileSync(join(repositoryRoot, file), join(tree, file));
  symlinkSync(join(repositoryRoot, "node_modules"), join(tree, "node_modules"), "dir");
  const checker = join(repositoryRoot, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const parameters = [checker, "--config", "architecture.mjs", "--no-cache", "ts-tools", "bench", "assembly", "tests", "web"];
  const { status, stdout } = spawnSync(process.execPath, parameters, { cwd: tree, encoding: "utf8" });
  assert.notEqual(status, 0, stdout);
  assert.doesNotMatch(stdout, /dense\.ts → assembly\/generated\/levels/);
  for (const violation of EXPECTED) assert.ok(stdout.includes(violation), `${violation}\nis not among\n${stdout}`);
});

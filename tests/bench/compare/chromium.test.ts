/** The benchmark in a real browser, and what the tests' own helper opens. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { BenchReport } from "../../../bench/compare/report.js";
import { openPage, skipWithoutChromium } from "../../support/chromium.js";
import { peerBench } from "../../support/command.js";
import { repositoryRoot } from "../../support/paths.js";

test("a page is isolated, loads files, and gets nothing else", { skip: skipWithoutChromium }, async (t) => {
  const { page, server, close } = await openPage({ dist: join(repositoryRoot, "dist") });
  t.after(close);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  const imports = await page.evaluate(
    async (address) => {
      return WebAssembly.Module.imports(await WebAssembly.compileStreaming(fetch(address))).length;
    },
    server.file(join(repositoryRoot, "build", "light-sernet.wasm")),
  );
  assert.equal(imports, 0);
  for (const address of ["package.json", "dist/%2e%2e/package.json", "file/7/x", "elsewhere/x"]) {
    assert.equal((await fetch(server.address + address)).status, 404, address);
  }
});

test("bench in Chromium: our builds answer there as in Node", { skip: skipWithoutChromium }, async (t) => {
  const words = ["--runs", "2", "--cold-runs", "0", "--engines", "node,chromium", "--json"];
  const { code, stdout, stderr } = await peerBench(words);
  assert.equal(code, 0, stderr);
  const { verified, results, versions } = JSON.parse(stdout) as BenchReport;
  assert.match(versions.chromium!, /^\d+\./);
  assert.match(verified.at(-1)!, /^the same logits.* scalar int8 node.* scalar int8 chromium.* simd int8 chromium/);
  const rows = results.filter(({ engine, subject }) => engine === "chromium" && subject === "light-sernet");
  assert.ok(rows.length >= 6);
  t.diagnostic(verified.at(-1)!);
});

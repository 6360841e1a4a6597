import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ABI_DOCUMENT, abiDocument } from "../../ts-tools/abi/document.js";
import { repositoryRoot } from "../support/paths.js";

test("docs/abi.md is what the lists give (npm run docs)", () => {
  const same = readFileSync(join(repositoryRoot, ABI_DOCUMENT), "utf8") === abiDocument();
  assert.ok(same, `${ABI_DOCUMENT} is not up to date; run npm run docs`);
});

test("the tables of docs/ are those of bench/results (node bench/document.mjs)", async () => {
  const { documents } = (await import(pathToFileURL(join(repositoryRoot, "bench", "document.mjs")).href)) as {
    documents(): Map<string, string>;
  };
  const all = documents();
  assert.ok(all.size > 1);
  for (const [name, text] of all)
    assert.ok(readFileSync(join(repositoryRoot, name), "utf8") === text, `${name} is not up to date; run node bench/document.mjs`);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ABI_DOCUMENT, abiDocument } from "../../ts-tools/abi/document.js";
import { repositoryRoot } from "../support/paths.js";

test("docs/abi.md is what the lists give (npm run docs)", () => {
  const same = readFileSync(join(repositoryRoot, ABI_DOCUMENT), "utf8") === abiDocument();
  assert.ok(same, `${ABI_DOCUMENT} is not up to date; run npm run docs`);
});

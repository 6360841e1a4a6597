/** Our own JSON files, as Windows programs save them: a byte order mark is no part of the JSON. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readFolds } from "../../ts-tools/evaluate/folds.js";
import { readBudget } from "../../ts-tools/pipeline/budget.js";
import { parseSidecar, readSidecar } from "../../ts-tools/pipeline/model_folder.js";

const folder = mkdtempSync(join(tmpdir(), "light-sernet-mark-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const FILES: readonly [name: string, content: object, read: () => Promise<unknown>][] = [
  ["light-sernet.json", { file: "model.keras", id: "marked" }, () => readSidecar(join(folder, "model.keras"))],
  ["budget.json", { fileBytes: 1000 }, () => readBudget(undefined, join(folder, "model.keras"))],
  ["folds.json", { protocol: "loso", folds: [{ name: "1", model: "m", test: ["a"] }] }, () => readFolds(folder)],
];

for (const [name, content, read] of FILES) {
  test(`${name} with a byte order mark is read, and refused in UTF-16`, async () => {
    const text = JSON.stringify(content);
    writeFileSync(join(folder, name), text);
    const expected = await read();
    writeFileSync(join(folder, name), `\ufeff${text}`);
    assert.deepEqual(await read(), expected);
    writeFileSync(join(folder, name), Buffer.from(`\ufeff${text}`, "utf16le"));
    await assert.rejects(read(), (error: Error) => error.message.endsWith(`${name} is UTF-16 text; save it as UTF-8`));
    rmSync(join(folder, name));
  });
}

test("text that was read with its mark", () => {
  assert.deepEqual(parseSidecar('\ufeff{"id":"marked"}', "light-sernet.json"), { id: "marked" });
});

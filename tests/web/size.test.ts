/** What the page's folder holds, and how many bytes of it travel. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildPage, filesIn } from "../../web/build/build_page.js";
import { pageSizes } from "../../web/build/page_sizes.js";

/** Everything but the models, and the largest build of the micro model. */
const MOST_PACKED_BYTES = 350_000;

let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "light-sernet-page-"));
  await buildPage(folder);
});

after(() => rmSync(folder, { recursive: true }));

test(`page, examples and one build of micro are at most ${MOST_PACKED_BYTES} bytes, packed`, (t) => {
  const { packedBytes, files } = pageSizes(folder);
  t.diagnostic(`${packedBytes} bytes, ${files} files`);
  assert.ok(packedBytes <= MOST_PACKED_BYTES, `${packedBytes} bytes`);
});

test("the service worker keeps everything but models and license", () => {
  const text = readFileSync(join(folder, "sw.js"), "utf8");
  const { files } = JSON.parse(/^const PAGE = (.*);$/m.exec(text)![1]!) as { files: string[] };
  const expected = filesIn(folder).filter((name) => !name.startsWith("models/") && !["LICENSE.txt", "sw.js"].includes(name));
  assert.deepEqual(files, ["./", ...expected]);
});

test("the models lie in a folder that is named after their bytes, once", () => {
  const folders = new Set(
    filesIn(folder).flatMap((name) => /^models\/([0-9a-f]{16})\/(?:micro|full)\/light-sernet\S*\.wasm$/.exec(name)?.[1] ?? []),
  );
  assert.equal(folders.size, 1);
  assert.ok(readFileSync(join(folder, "code/worker.js"), "utf8").includes(`models/${[...folders][0]}`));
});

test("nothing in it names another server, but for links to read", () => {
  for (const name of filesIn(folder).filter((file) => /\.(html|css|js)$/.test(file))) {
    const addresses = readFileSync(join(folder, name), "utf8").matchAll(/(?<!href=")https?:\/\/[^\s"'`]+/g);
    const foreign = [...addresses].map(([address]) => address).filter((address) => !/^https:\/\/example\.org\//.test(address));
    assert.deepEqual(foreign, [], name);
  }
});

test("a folder with something else in it is refused and stays as it is", async () => {
  const other = mkdtempSync(join(tmpdir(), "light-sernet-page-"));
  writeFileSync(join(other, "thesis.txt"), "years of work");
  await assert.rejects(buildPage(other), /^Error: .* is not empty and is not a page that was built before; name a new folder$/);
  assert.deepEqual(filesIn(other), ["thesis.txt"]);
  rmSync(other, { recursive: true });
});

test("the same sources make the same bytes", async () => {
  const again = mkdtempSync(join(tmpdir(), "light-sernet-page-"));
  await buildPage(again);
  assert.deepEqual(filesIn(again), filesIn(folder));
  for (const name of filesIn(again)) assert.ok(readFileSync(join(again, name)).equals(readFileSync(join(folder, name))), name);
  rmSync(again, { recursive: true });
});

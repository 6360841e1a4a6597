/** `license` in light-sernet.json and model.json: there and back, absent, and refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isLicense } from "../../ts-tools/model/license.js";
import { buildManifest, manifestText } from "../../ts-tools/model/manifest.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { parseSidecar } from "../../ts-tools/pipeline/model_folder.js";
import { shown } from "../../ts-tools/text/visible_text.js";
import { smallManifestInput } from "../quantize/small_models.js";

const LICENSE = "CC BY-NC-SA 4.0";

const input = smallManifestInput(5);
const plain = buildManifest(input);

test("both files have it, and read back", () => {
  assert.deepEqual(parseSidecar(JSON.stringify({ license: LICENSE }), "light-sernet.json"), { license: LICENSE });
  const licensed = buildManifest({ ...input, license: LICENSE });
  assert.deepEqual(licensed, { ...plain, license: LICENSE });
  assert.deepEqual(parseManifest(manifestText(licensed), "model.json"), licensed);
});

test("a model without it stays as it is", () => {
  assert.ok(!("license" in plain));
  assert.equal(manifestText(parseManifest(manifestText(plain), "model.json")), manifestText(plain));
});

test("accepted: a line of printable characters", () => {
  for (const text of ["MIT", LICENSE, "x".repeat(100), "喜".repeat(100), "😀".repeat(100), "Lizenz: gemeinfrei (§ 64 UrhG)"])
    assert.ok(isLicense(text), text);
});

for (const value of [
  "",
  " ",
  " MIT",
  "MIT\n",
  "a\nb",
  "a\tb",
  "a\u202eb",
  "a\u200bb",
  "\ud800",
  "x".repeat(101),
  1,
  null,
  ["MIT"],
  { name: "MIT" },
]) {
  test(`refused in one sentence that names the file: ${shown(value)}`, () => {
    assert.ok(!isLicense(value));
    const sentence =
      /^(light-sernet|model)\.json: license must be a text of 1 to 100 printable characters with no space at its ends, but is [^\n]+\.$/;
    for (const parse of [
      () => parseSidecar(JSON.stringify({ license: value }), "light-sernet.json"),
      () => parseManifest(JSON.stringify({ ...plain, license: value }), "model.json"),
    ])
      assert.throws(parse, (error) => error instanceof ModelError && sentence.test(error.message));
  });
}

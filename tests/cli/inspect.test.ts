import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { EXPORTS, STREAM_EXPORTS } from "../../ts-tools/abi/exports.js";
import type { Inspection } from "../../ts-tools/cli/inspect.js";
import { usedBytes } from "../../ts-tools/cli/inspect_model.js";
import { lightSernetAgain } from "../support/command.js";
import { NARROW_CLASSES, NARROW_ID, NARROW_THRESHOLD, narrowBuild } from "../support/narrow_build.js";

let model: string;
let work: string;

before(async () => {
  model = (await narrowBuild()).folder;
  work = mkdtempSync(join(tmpdir(), "light-sernet-inspect-"));
});
after(() => rmSync(work, { recursive: true }));

test("a folder as JSON", async () => {
  const { code, stdout, stderr } = await lightSernetAgain(["inspect", model, "--json"]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  const { manifest, layers, memoryMap, files } = JSON.parse(stdout) as Required<Inspection>;
  assert.equal(manifest.id, NARROW_ID);
  assert.equal(manifest.acceptThreshold, NARROW_THRESHOLD);
  assert.equal(layers.length, 9);
  assert.equal(
    layers.reduce((sum, layer) => sum + layer.multiplyAccumulates, 0),
    manifest.network.multiplyAccumulates,
  );
  assert.equal(
    layers.reduce((sum, layer) => sum + layer.weightBytes, 0),
    manifest.network.weightBytes,
  );
  assert.deepEqual(layers[3], {
    name: "body2_1",
    kernel: "3x3",
    input: [92, 20, 12],
    output: [46, 10, 8],
    pool: "2x2",
    multiplyAccumulates: 1589760,
    weightBytes: 864,
    inputScale: 0.02,
    outputScale: 0.02,
  });
  assert.ok(usedBytes(memoryMap) > 10000 && usedBytes(memoryMap) < memoryMap.bytes);
  const library = files.find(({ file }) => file === "light-sernet.wasm")!;
  assert.equal(library.bytes, readFileSync(join(model, "light-sernet.wasm")).length);
  assert.deepEqual(library.imports, []);
  assert.deepEqual(library.exports.map(({ name }) => name).sort(), [...Object.keys({ ...EXPORTS, ...STREAM_EXPORTS }), "memory"].sort());
  assert.deepEqual(library.memory, { initial: 1, maximum: 1 });
  assert.deepEqual([library.code.memoryGrow, library.code.memorySize], [0, 0]);
  assert.equal(library.segments.filter(({ passive }) => passive).length, 1);
  assert.deepEqual(library.model!.classes, NARROW_CLASSES);
  assert.equal(library.model!.acceptThreshold, NARROW_THRESHOLD);
  assert.ok(library.gzip! < library.bytes && library.brotli! < library.bytes);
  const framing = 8 + library.sections.reduce((sum, { bytes }) => sum + bytes + 1, 0);
  assert.ok(library.bytes - framing > 0 && library.bytes - framing < 5 * library.sections.length);
  for (const feature of Object.keys(library.code.features))
    assert.ok(["bulk memory", "sign extension", "saturating conversion"].includes(feature));
  const command = files.find(({ file }) => file === "light-sernet-cli.wasm")!;
  assert.ok(command.imports.every((name) => name.startsWith("wasi_snapshot_preview1.")));
  assert.equal(command.model, undefined);
});

test("a folder and a file for a person", async () => {
  const folder = await lightSernetAgain(["inspect", model]);
  assert.equal(folder.code, 0);
  for (const text of [NARROW_ID, "body2_5", "LINE_BUFFERS", "light-sernet-cli.wasm: ", "1 page of 64 KiB, never more", "1 passive"]) {
    assert.ok(folder.stdout.includes(text), text);
  }
  const accepts = "  accepts   a probability of 0.91 or more; below, the answer is uncertain\n";
  assert.equal(folder.stdout.split(accepts).length, 3, "of the manifest and of the module");
  const file = await lightSernetAgain(["inspect", join(model, "light-sernet.wasm")]);
  assert.match(file.stdout, /^light-sernet\.wasm: [\d,]+ bytes \(gzip [\d,]+, brotli [\d,]+\)\n {2}model {5}narrow-random/);
});

/** A module of nothing but custom sections. */
function customSections(...sections: readonly { name: string; bytes: number }[]): Buffer {
  const unsigned = (value: number) => [0, 7, 14, 21].map((shift) => ((value >> shift) & 127) | (shift < 21 ? 128 : 0));
  const parts = sections.map(({ name, bytes }) =>
    Buffer.concat([
      Buffer.from([0, ...unsigned(4 + name.length + bytes), ...unsigned(name.length)]),
      Buffer.from(name),
      Buffer.alloc(bytes, "text "),
    ]),
  );
  return Buffer.concat([Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]), ...parts]);
}

test("a large module is not compressed to say its download size", async () => {
  const file = join(work, "large.wasm");
  writeFileSync(file, customSections({ name: "text", bytes: 2 ** 22 }));
  const { code, stdout } = await lightSernetAgain(["inspect", file]);
  assert.equal(code, 0);
  assert.match(stdout, /^large\.wasm: 4,194,325 bytes \(more than 4,194,304: compressed sizes are not measured\)\n/);
  const [report] = (JSON.parse((await lightSernetAgain(["inspect", file, "--json"])).stdout) as Inspection).files;
  assert.deepEqual([report!.bytes, "gzip" in report!, "brotli" in report!], [4_194_325, false, false]);
  writeFileSync(file, customSections({ name: "text", bytes: 2 ** 20 }));
  assert.match((await lightSernetAgain(["inspect", file])).stdout, /^large\.wasm: [\d,]+ bytes \(gzip [\d,]+, brotli [\d,]+\)\n/);
});

test("what cannot be inspected: one sentence, exit code 1", async () => {
  const text = join(work, "text.wasm");
  writeFileSync(text, "no module at all");
  const cut = join(work, "cut.wasm");
  writeFileSync(cut, readFileSync(join(model, "light-sernet.wasm")).subarray(0, 9000));
  const many = join(work, "many.wasm");
  writeFileSync(many, customSections(...Array.from({ length: 1001 }, () => ({ name: "", bytes: 0 }))));
  const long = join(work, "long.wasm");
  writeFileSync(long, customSections({ name: "n".repeat(1001), bytes: 0 }));
  const huge = join(work, "huge.wasm");
  writeFileSync(huge, "");
  truncateSync(huge, 2 ** 25 + 1);
  const cases: [string, RegExp][] = [
    [join(work, "missing"), /no such file or folder/],
    [work, /has no built model/],
    [text, /text\.wasm: this is not a WebAssembly module/],
    [cut, /cut\.wasm: the module is truncated/],
    [many, /many\.wasm: the module has more than 1,000 sections; remove its custom sections/],
    [long, /long\.wasm: the module has a custom section whose name is longer than 1,000 bytes; remove that section/],
    [huge, /huge\.wasm is larger than 33,554,432 bytes, the limit for such a file; use the right file/],
  ];
  for (const [path, sentence] of cases) {
    const { code, stdout, stderr } = await lightSernetAgain(["inspect", path]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, sentence);
    assert.match(stderr, /^light-sernet: [^\n]*\n$/);
  }
});

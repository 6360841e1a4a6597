/** `acceptThreshold` on its way: light-sernet.json, model.json, the module; what is refused, and what --keep-scales keeps. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { keepScales, readSidecar } from "../../ts-tools/pipeline/model_folder.js";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import { expectedOfFixtures, fixture } from "../import/model_fixtures.js";
import { lightSernetAgain } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

const folder = mkdtempSync(join(tmpdir(), "light-sernet-threshold-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = join(folder, "source");
/** The format that is read in the least time. */
const NAME = "tiny.float32.tflite";
const MODEL = join(SOURCE, NAME);
const SIDECAR = join(SOURCE, "light-sernet.json");
const CLASSES = Array.from({ length: expectedOfFixtures().classes }, (_, index) => `class ${index}`);
/** What a sidecar needs so that a build needs no recordings. */
const WHOLE = {
  file: NAME,
  classes: CLASSES,
  activationScales: { bodyOne: 0.05, bodyTwo: [0.05, 0.05, 0.05, 0.05], features: 1e-4 },
};

before(() => {
  mkdirSync(SOURCE);
  copyFileSync(fixture(NAME), MODEL);
});

const build = (out: string, ...more: string[]) => lightSernetAgain(["build", MODEL, "--out", out, "--profile", "embedded", ...more]);
const manifestOf = (out: string) => JSON.parse(readFileSync(join(out, "model.json"), "utf8")) as Record<string, unknown>;

test("the manifest and the module get the nearest float32; without the field, 0", async () => {
  for (const [given, expected] of [
    [undefined, 0],
    [0, 0],
    [0.6, Math.fround(0.6)],
    [1, 1],
  ] as const) {
    writeFileSync(SIDECAR, JSON.stringify({ ...WHOLE, acceptThreshold: given }));
    const out = join(folder, `built ${given}`);
    const { code, stderr } = await build(out);
    assert.equal(code, 0, stderr);
    assert.equal(stderr.includes("acceptThreshold"), given !== undefined, stderr);
    assert.equal(manifestOf(out).acceptThreshold, expected);
    assert.equal((await createRecognizer({ model: out })).model.acceptThreshold, expected);
  }
  assert.equal(manifestOf(join(folder, "built 0")).sha256, manifestOf(join(folder, "built 0.6")).sha256, "the hash is of the weights");
});

for (const [value, shown] of [
  ["-0.1", "-0\\.1"],
  ["1.0001", "1\\.0001"],
  ["1e999", "Infinity"],
  ['"0.5"', '"0\\.5"'],
  ["null", "null"],
  ["true", "true"],
  ["[0.5]", "\\[0\\.5\\]"],
  ['{"p":0.5}', '\\{"p":0\\.5\\}'],
] as const) {
  test(`refused in one sentence that names the file: ${value}`, async () => {
    writeFileSync(SIDECAR, `${JSON.stringify(WHOLE).slice(0, -1)},"acceptThreshold":${value}}`);
    const out = join(folder, "refused");
    const { code, stdout, stderr } = await build(out);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
    const sentence = `light-sernet\\.json: acceptThreshold must be a number from 0 to 1, but is ${shown}; correct it or remove it\\.`;
    assert.match(stderr, new RegExp(`^light-sernet: [^\\n]*${sentence}\\n$`));
    assert.ok(!existsSync(out));
  });
}

test("--keep-scales keeps it", async () => {
  writeFileSync(SIDECAR, JSON.stringify({ file: NAME, acceptThreshold: 0.6 }));
  const out = join(folder, "kept");
  const calibrate = ["--classes", CLASSES.join(","), "--calibrate", join(repositoryRoot, "examples"), "--keep-scales"];
  const { code, stdout, stderr } = await build(out, ...calibrate);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /scales kept in/);
  const { acceptThreshold, activationScales, classes } = await readSidecar(MODEL);
  assert.deepEqual([acceptThreshold, classes], [0.6, CLASSES]);
  assert.deepEqual(activationScales, manifestOf(out).activationScales);
});

test("without a file's name it is about whichever model is built", async () => {
  const { file: _, ...nameless } = WHOLE;
  writeFileSync(SIDECAR, JSON.stringify({ ...nameless, acceptThreshold: 0.6 }));
  const out = join(folder, "nameless");
  const { code, stderr } = await build(out);
  assert.equal(code, 0, stderr);
  assert.deepEqual([manifestOf(out).acceptThreshold, manifestOf(out).classes], [Math.fround(0.6), CLASSES]);
});

test("what is said of another model of the folder is not taken, nor overwritten", async () => {
  const said = JSON.stringify({ ...WHOLE, file: "other.keras", acceptThreshold: 0.6 });
  writeFileSync(SIDECAR, said);
  const notes: string[] = [];
  assert.equal((await readSidecar(MODEL, notes)).acceptThreshold, undefined);
  assert.deepEqual(notes, ["the light-sernet.json beside the model is not used: it describes other.keras"]);
  const scales = { bodyOne: 1, bodyTwo: [1, 1, 1, 1] as [number, number, number, number], features: 1 };
  await assert.rejects(keepScales(MODEL, { id: "tiny", classes: CLASSES, activationScales: scales }), /describes other\.keras/);
  assert.equal(readFileSync(SIDECAR, "utf8"), said);
});

test("a manifest from before the field is refused by name", async () => {
  writeFileSync(SIDECAR, JSON.stringify(WHOLE));
  const out = join(folder, "old");
  const { code, stderr } = await build(out);
  assert.equal(code, 0, stderr);
  const { acceptThreshold: _, ...old } = manifestOf(out);
  writeFileSync(join(out, "model.json"), JSON.stringify(old));
  const inspected = await lightSernetAgain(["inspect", out]);
  assert.equal(inspected.code, 1);
  assert.match(inspected.stderr, /model\.json: acceptThreshold must be a float32 from 0 to 1, but is missing; build the model again\.\n$/);
});

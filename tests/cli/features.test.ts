/** `light-sernet features`, and `light-sernet build --check-features`. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import { lightSernet, lightSernetAgain } from "../support/command.js";
import { readNpyFloat32 } from "../support/npy.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { writePlainSource } from "../support/plain_source.js";

const work = mkdtempSync(join(tmpdir(), "light-sernet-features-"));
after(() => rmSync(work, { recursive: true, force: true }));
const model = join(repositoryRoot, "weights/micro/int8");
const sound = join(repositoryRoot, "examples/emodb/anger_15a04Wb.wav");
/** Of that sound, as a model with power spectra is trained on it. */
const power = join(repositoryRoot, "tests/fixtures/features/tensorflow_3s_power.npy");
const plain = join(work, "plain.npy");

test("--npy and --json have what the API returns", async () => {
  const { values } = (await createRecognizer({ model })).features(readPcmWav(sound), { sampleRate: 16000 });
  const file = join(work, "new folder", "a.npy");
  const { code, stdout, stderr } = await lightSernetAgain(["features", sound, "--model", model, "--npy", file]);
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout,
    `${sound}: 184 frames of 40 MFCCs, normalized, from -10.00 to 10.00, as emodb-micro-v3 receives them, written to ${file}\n`,
  );
  assert.deepEqual(readNpyFloat32(file), { shape: [184, 40], values });
  assert.deepEqual(readdirSync(join(work, "new folder")), ["a.npy"]);
  const printed = await lightSernet(["features", "-", "--model", model, "--json"], { input: readFileSync(sound) });
  const json = JSON.parse(printed.stdout) as { file: string; shape: number[]; normalized: boolean; features: number[][] };
  assert.deepEqual([json.file, json.shape, json.normalized], ["-", [184, 40], true]);
  assert.deepEqual(Float32Array.from(json.features.flat()), values);
});

test("--no-normalization shows the MFCCs before that; --compare says what differs, with exit code 1", async () => {
  const without = await lightSernetAgain(["features", sound, "--model", model, "--no-normalization", "--npy", plain, "--compare", power]);
  assert.equal(without.code, 1, without.stderr);
  assert.match(
    without.stdout,
    /tensorflow_3s_power\.npy does not have the front end's features of .*, because it was computed with power instead of magnitude \(/,
  );
  assert.match(without.stdout, /\n {2}mean difference by coefficient, largest first: \d+: /);
  const same = await lightSernetAgain(["features", sound, "--model", model, "--no-normalization", "--compare", plain]);
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /plain\.npy has the front end's features of .*: they differ by up to 0 \(0 on average\)\n$/);
  const lacks = await lightSernetAgain(["features", sound, "--model", model, "--json", "--compare", plain]);
  assert.equal(lacks.code, 1, lacks.stderr);
  const { comparison } = JSON.parse(lacks.stdout) as { comparison: { matches: boolean; meanByCoefficient: number[]; sentence: string } };
  assert.equal(comparison.matches, false);
  assert.equal(comparison.meanByCoefficient.length, 40);
  assert.match(comparison.sentence, /, because it lacks the normalization of the model; /);
});

test("build --check-features builds what fits, and writes nothing of what does not", async () => {
  const source = join(work, "source");
  writePlainSource(source, "micro");
  const build = (out: string, features: string) =>
    lightSernetAgain(["build", source, "--out", join(work, out), "--profile", "embedded", "--check-features", features, "--of", sound]);
  const refused = await build("refused", power);
  assert.equal(refused.code, 1);
  assert.equal(refused.stdout, "");
  assert.match(
    refused.stderr,
    /^light-sernet: \S+tensorflow_3s_power\.npy does not have .* power instead of magnitude .*; train the model on what [^\n]*\.\n$/,
  );
  assert.equal(existsSync(join(work, "refused")), false);
  const built = await build("built", plain);
  assert.equal(built.code, 0, built.stderr);
  assert.match(built.stderr, /note: \S+plain\.npy has the front end's features of /);
  assert.ok(existsSync(join(work, "built", "light-sernet.wasm")));
});

test("errors name the file, and leave no file", async () => {
  const text = join(work, "text.npy");
  writeFileSync(text, "no array");
  const out = join(work, "never.npy");
  const cases: [string[], RegExp][] = [
    [[join(work, "none.wav"), "--npy", out], /none\.wav: there is no such file or folder/],
    [[text, "--npy", out], /text\.npy: this is not a WAV file/],
    [[work, "--npy", out], /this is a folder, not a file/],
    [[sound, "--npy", out, "--compare", text], /text\.npy: this is not a \.npy file/],
    [[sound, "--npy", join(text, "a.npy")], /there is a file where a folder is needed|a part of this path is not a folder/],
    [[sound, "--npy", out, "--model", join(work, "none")], /has no built model/],
  ];
  for (const [parameters, expected] of cases) {
    const { code, stdout, stderr } = await lightSernetAgain(["features", "--model", model, ...parameters]);
    assert.equal(code, 1, parameters.join(" "));
    assert.match(stderr, expected);
    assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    assert.equal(stdout, "");
    assert.equal(existsSync(out), false);
  }
});

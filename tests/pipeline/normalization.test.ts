/** The trained weights of `micro` with a normalization and all else, built and calibrated: on real recordings, every build and the WASI command say what the reference says. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { findWasmtime } from "../../ts-tools/host/wasmtime.js";
import { MODULE_BUILDS } from "../../ts-tools/model/builds.js";
import type { FrontEnd, Manifest, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { parseManifest } from "../../ts-tools/model/parse_manifest.js";
import { readWeights } from "../../ts-tools/model/weights_file.js";
import { frontEndModule, unclipped } from "../../ts-tools/pipeline/front_end_module.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import { segmentMfcc } from "../../ts-tools/runtime/features.js";
import { shortestFloat32 } from "../../ts-tools/runtime/float32.js";
import { createRecognizer, type Recognition } from "../../ts-tools/runtime/index.js";
import { allowRelaxedSimd } from "../../ts-tools/runtime/relaxed_simd.js";
import { classifyWindow, leveledSegment } from "../reference/classify.js";
import { levelOf } from "../reference/level.js";
import { melBins, melFilterBank } from "../reference/mel.js";
import { cepstrum, logMel } from "../reference/mfcc.js";
import { cropCenter } from "../reference/segment.js";
import { magnitudeSpectrum } from "../reference/spectrum.js";
import { lightSernetAgain, runProgram } from "../support/command.js";
import { NORMALIZED_FRONT_END, normalizationOf } from "../support/normalization.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { voice as voiceSound } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { wavFile } from "../support/wav.js";

const RECORDINGS = join(repositoryRoot, "examples", "emodb");
const names = readdirSync(RECORDINGS).filter((name) => name.endsWith(".wav"));

const DIMENSIONS = {
  activation: { weights: [-2, -1.5, -1, 0.5, 2, 0, 1.25], bias: 0.5 },
  valence: { weights: [0, 0, -1, -1, -1, -1, 3], bias: 1 },
};

/** About half of the recordings have a voice, as far as these weights can tell. */
const VOICE = { weights: Array.from({ length: 192 }, (_, index) => Math.sin(index * index)), bias: 0 };

const SPEAKER_ANSWERS = { share: 0.5, weight: 4, horizon: 64, leastSpeech: 32 };

let work: string;
let source: string;
let out: string;
let manifest: Manifest;
let model: QuantizedModel;
let frontEnd: FrontEnd;

const writeSidecar = (value: object): void => writeFileSync(join(source, "light-sernet.json"), JSON.stringify(value));
const readSidecar = (): Record<string, unknown> => JSON.parse(readFileSync(join(source, "light-sernet.json"), "utf8"));
const logitsOf = ({ logits }: Recognition): number[] => Object.values(logits!);

before(async () => {
  work = mkdtempSync(join(tmpdir(), "light-sernet-normalization-"));
  source = join(work, "micro");
  out = join(work, "built");
  mkdirSync(source);
  const micro = join(repositoryRoot, "weights", "micro");
  for (const name of ["model.json", "group1-shard1of1.bin"]) cpSync(join(micro, name), join(source, name));
  const { activationScales: _, ...sidecar } = JSON.parse(readFileSync(join(micro, "light-sernet.json"), "utf8"));
  writeSidecar({
    ...sidecar,
    normalization: normalizationOf(40),
    dimensions: DIMENSIONS,
    speakerAnswers: SPEAKER_ANSWERS,
    leastSpeechFrames: 20,
    voice: VOICE,
  });
  const { code, stderr } = await lightSernetAgain(["build", source, "--out", out, "--calibrate", RECORDINGS, "--keep-scales"]);
  assert.equal(code, 0, stderr);
  manifest = parseManifest(readFileSync(join(out, "model.json"), "utf8"), "model.json");
  model = readWeights(readFileSync(join(out, "weights.bin")), manifest, "weights.bin");
  frontEnd = { ...manifest.frontEnd, ...(manifest.normalization && { normalization: manifest.normalization }) };
});
after(() => rmSync(work, { recursive: true }));

test("the manifest has the normalization, --keep-scales keeps it, and the scales are those of normalized MFCCs", () => {
  assert.deepEqual(manifest.normalization, normalizationOf(40));
  assert.deepEqual(readSidecar().normalization, normalizationOf(40));
  assert.deepEqual(readSidecar().activationScales, manifest.activationScales);
  assert.deepEqual(readSidecar().voice, VOICE);
  const plain = JSON.parse(readFileSync(join(repositoryRoot, "weights", "micro", "light-sernet.json"), "utf8"));
  assert.notDeepEqual(manifest.activationScales, plain.activationScales);
});

test("a build without recordings gives the same module, and inspect says what is subtracted", async () => {
  const again = join(work, "again");
  const { code, stderr } = await lightSernetAgain(["build", source, "--out", again, "--profile", "embedded"]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(readFileSync(join(again, "light-sernet.wasm")), readFileSync(join(out, "light-sernet.wasm")));
  const { stdout } = await lightSernetAgain(["inspect", again]);
  assert.match(stdout, /^ {2}mean {6}the running mean of frames with speech is subtracted: horizon 512 frames/m);
  assert.match(stdout, /^ {2}says {6}activation, the logistic function of 0\.500 - 2\.000 ln p\(boredom\) - 1\.500 ln p\(neutral\)/m);
  assert.match(stdout, /^ {2}says {6}voice, activation and valence, too/m);
  assert.match(stdout, /^ {2}says {6}voice, whether somebody speaks, the logistic function/m);
  assert.match(stdout, /^ {2}voice +1x1 +1x1x192 +1x1x1 +192 +192 /m);
  assert.match(stdout, /^ {2}speaker {3}up to 0\.5 of the speaker's mean answer is subtracted once it is loaded/m);
  assert.match(
    stdout,
    /^ {2}accepts {3}a probability of 0\.\d+ or more, and 20 frames with speech or more, and a voice of 0\.5 or more; below, the answer is uncertain/m,
  );
  assert.match(stdout, /^ {2}adapts {4}to a speaker/m);
});

test("recordings: every build and the WASI command have the reference's logits, and a speaker's mean changes them", async (t) => {
  allowRelaxedSimd();
  const recognizers = await Promise.all(MODULE_BUILDS.map((build) => createRecognizer({ model: out, build, long: "center" })));
  for (const name of names) {
    const samples = readPcmWav(join(RECORDINGS, name));
    const expected = [...classifyWindow(samples, model, frontEnd).logits];
    const carried = new Float32Array(new Uint8Array(recognizers[0]!.adaptation!.slice(20, 180)).buffer);
    const adapted = name === names[0] ? expected : [...classifyWindow(samples, model, frontEnd, 0, { carried }).logits];
    for (const [index, recognizer] of recognizers.entries()) {
      const saved = recognizer.adaptation!;
      recognizer.adaptation = undefined;
      assert.deepEqual(logitsOf(recognizer.classify(samples, { sampleRate: 16000 })), expected, `${MODULE_BUILDS[index]}, ${name}`);
      recognizer.adaptation = saved;
      assert.deepEqual(logitsOf(recognizer.classify(samples, { sampleRate: 16000 })), adapted, `${MODULE_BUILDS[index]}, ${name}, adapted`);
    }
    if (name !== names[0]) assert.notDeepEqual(adapted, expected);
    if (skipWithoutWasmtime) continue;
    const command = ["run", join(out, "light-sernet-cli.wasm"), "--long", "center"];
    const { stdout, stderr } = await runProgram(findWasmtime(), command, { input: readFileSync(join(RECORDINGS, name)) });
    assert.deepEqual(Object.values((JSON.parse(stdout) as Recognition).logits!), expected, stderr);
  }
  t.diagnostic(`${names.length} recordings${skipWithoutWasmtime ? `; the command was not run: ${skipWithoutWasmtime}` : ""}`);
});

test("a mean of another length is refused before anything is built", async () => {
  const kept = readSidecar();
  try {
    writeSidecar({ ...kept, normalization: normalizationOf(39) });
    const { code, stderr } = await lightSernetAgain(["build", source, "--out", join(work, "wrong")]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /normalization does not fit the model: its mean has 39 numbers; expected 40, .*; correct the light-sernet\.json beside the model\./,
    );
  } finally {
    writeSidecar(kept);
  }
});

test("classify and evaluate have voice, activation and valence: text, CSV, JSON", async () => {
  const file = join(RECORDINGS, names[0]!);
  const recognizer = await createRecognizer({ model: out, build: "scalar" });
  const { activation, valence, voice, speechFrames } = recognizer.classify(readPcmWav(file), { sampleRate: 16000 });
  const expected = classifyWindow(readPcmWav(file), model, frontEnd).voice!;
  assert.equal(voice, expected);
  const shown = [voice!, activation!, valence!].map(shortestFloat32);
  assert.ok(speechFrames! > 20, `${speechFrames} frames`);
  const classify = async (...more: string[]): Promise<string> =>
    (await lightSernetAgain(["classify", "--model", out, file, ...more])).stdout;
  assert.ok(
    (await classify()).includes(
      `  voice ${voice!.toFixed(2)}  activation ${activation!.toFixed(2)}  valence ${valence!.toFixed(2)}  boredom `,
    ),
  );
  const [header, row] = (await classify("--csv")).split("\n");
  assert.match(header!, /^file,label,confidence,accepted,speechFrames,voice,activation,valence,boredom,/);
  assert.deepEqual(row!.split(",").slice(4, 8), [String(speechFrames), ...shown]);
  assert.ok((await classify("--json")).includes(`"voice":${shown[0]},"activation":${shown[1]},"valence":${shown[2]},"probabilities"`));
  mkdirSync(join(work, "labeled", "anger"), { recursive: true });
  cpSync(file, join(work, "labeled", "anger", "a.wav"));
  const csv = join(work, "predictions.csv");
  const { code, stderr } = await lightSernetAgain(["evaluate", out, "--data", join(work, "labeled"), "--csv", csv]);
  assert.equal(code, 0, stderr);
  const [head, ...rows] = readFileSync(csv, "utf8").trim().split("\n");
  assert.match(head!, /^utterance,fold,true,predicted,voice,activation,valence,boredom,/);
  assert.ok(rows.some((line) => line.includes(`,${shown.join()},`)));
});

test("silence is uncertain, whatever its probability, and the text says why", async () => {
  const file = join(work, "silence.wav");
  writeFileSync(file, wavFile(new Int16Array(48000)));
  const { stdout } = await lightSernetAgain(["classify", "--model", out, file]);
  assert.match(stdout, /: uncertain \(\w+ [\d.]+ %, 0 frames with speech\) /);
  if (skipWithoutWasmtime) return;
  const { stdout: command, stderr } = await lightSernetAgain(["classify", "--model", out, "--engine", "wasmtime", "--json", file]);
  assert.match(command, /"accepted":false,"speechFrames":0,"voice":/, stderr);
});

test("a voice head of another number of features is refused before anything is built", async () => {
  const kept = readSidecar();
  try {
    writeSidecar({ ...kept, voice: { ...VOICE, weights: VOICE.weights.slice(1) } });
    const { code, stderr } = await lightSernetAgain(["build", source, "--out", join(work, "wrong")]);
    assert.equal(code, 1);
    assert.match(stderr, /voice has 191 weights; expected 192, one for each channel .*; correct the light-sernet\.json beside the model\./);
  } finally {
    writeSidecar(kept);
  }
});

test("weights of another number of classes are refused before anything is built", async () => {
  const kept = readSidecar();
  try {
    writeSidecar({ ...kept, dimensions: { activation: { weights: [1, 2], bias: 0 } } });
    const { code, stderr } = await lightSernetAgain(["build", source, "--out", join(work, "wrong")]);
    assert.equal(code, 1);
    assert.match(stderr, /dimensions\.activation has 2 weights; expected 7, .*; correct the light-sernet\.json beside/);
  } finally {
    writeSidecar(kept);
  }
});

test("speakerAnswers without a normalization is refused before anything is built", async () => {
  const kept = readSidecar();
  try {
    writeSidecar({ ...kept, normalization: "none" });
    const { code, stderr } = await lightSernetAgain(["build", source, "--out", join(work, "wrong")]);
    assert.equal(code, 1);
    assert.match(stderr, /speakerAnswers needs a normalization, .*; correct the light-sernet\.json beside/);
  } finally {
    writeSidecar(kept);
  }
});

test("the coefficients before the normalization, for training: as the DCT makes them, the zeroth the mean log energy", async () => {
  const engine = await Engine.create(await frontEndModule(unclipped(NORMALIZED_FRONT_END)));
  const samples = voiceSound(30000);
  const found = segmentMfcc(engine, samples);
  const raw: FrontEnd = NORMALIZED_FRONT_END;
  const segment = leveledSegment(samples, levelOf(cropCenter(samples, raw.windowSamples)), raw);
  const bins = melBins(raw);
  let sounding = 0;
  for (let frame = 0; frame * 40 < found.length; frame++) {
    const at = segment.slice(256 * frame, 256 * frame + 1024);
    const row = cepstrum(logMel(melFilterBank(magnitudeSpectrum(at), bins, raw.melBands), raw), raw);
    row[0] = row[0]! / 16;
    const silent = at.every((sample) => sample === 0) || row[0] <= -13.75;
    if (silent) row.fill(0).fill(-10_000, 0, 1);
    else sounding++;
    assert.deepEqual(found.slice(40 * frame, 40 * frame + 40), row, `frame ${frame}`);
  }
  assert.ok(sounding > 100 && sounding < 184);
});

/** The acceptance threshold at its edges: the module, the API, the WASI command under wasmtime and the reference say the same. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { findWasmtime } from "../../ts-tools/host/wasmtime.js";
import type { QuantizedModel } from "../../ts-tools/model/model_types.js";
import { Recognizer } from "../../ts-tools/runtime/recognizer.js";
import type { Recognition } from "../../ts-tools/runtime/result.js";
import { classifySound } from "../reference/classify.js";
import { voice } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { wavFile } from "../support/wav.js";
import { type BuiltModel, build, buildCommand, planModel } from "./built_model.js";
import { PATH_CASES } from "./cases.js";
import { Instance, ok, plainSound } from "./instance.js";

const PLAN = PATH_CASES[0]!;
const MODEL = planModel(PLAN);
/** Several windows. */
const SOUND = voice(3 * PLAN.frontEnd.windowSamples + 700);
const { windows, probabilities } = classifySound(SOUND, MODEL, PLAN.frontEnd, "windows");
/** Of the file, the least and the most certain window. */
const MEAN = Math.max(...probabilities);
const CONFIDENCES = windows.map((window) => Math.max(...window.probabilities));
const [LEAST, MOST] = [Math.min(...CONFIDENCES), Math.max(...CONFIDENCES)];

/** The same network with logits so far apart that the largest probability is exactly 1. */
const CERTAIN: QuantizedModel = { ...MODEL, dense: { ...MODEL.dense, logitScale: 1 } };

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "light-sernet-acceptance-"));
});
after(() => rmSync(folder, { recursive: true }));

/** The next float32 above or below a positive one. */
function next(value: number, step: 1 | -1): number {
  const bits = new Int32Array(Float32Array.of(value).buffer);
  bits[0] = bits[0]! + step;
  return new Float32Array(bits.buffer)[0]!;
}

/** Whether the file is accepted, then each of its windows. */
function judgments(answer: { accepted: boolean }, parts: readonly { accepted: boolean }[]): boolean[] {
  return [answer, ...parts].map(({ accepted }) => accepted);
}

async function commandSays(built: BuiltModel): Promise<Recognition> {
  const file = join(folder, "command.wasm");
  writeFileSync(file, await buildCommand(built));
  const { status, stdout, stderr } = spawnSync(findWasmtime(), ["run", file], { input: wavFile(SOUND), encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Recognition;
}

/** Builds the model with a threshold and compares everything with the reference, whose answers it returns. */
async function everyoneSays(model: QuantizedModel, threshold: number): Promise<boolean[]> {
  const { frontEnd } = PLAN;
  const reference = classifySound(SOUND, model, frontEnd, "windows", threshold);
  const expected = judgments(reference, reference.windows);
  const built = await build("acceptance", model, frontEnd, threshold, "command");
  const instance = await Instance.create(built.embedded);
  assert.equal(instance.exports.acceptThreshold(), Math.fround(threshold));
  const answers = reference.windows.map(({ start, end }) => instance.classify(plainSound("window", SOUND.slice(start, end))));
  assert.deepEqual(judgments(reference, answers), expected, "module");
  const recognizer = await Recognizer.create(new WebAssembly.Module(built.embedded));
  assert.equal(recognizer.model.acceptThreshold, Math.fround(threshold));
  const result = recognizer.classify(SOUND, { sampleRate: frontEnd.sampleRate });
  assert.deepEqual(judgments(result, result.segments), expected, "API");
  assert.equal(result.label, built.classes[reference.label], "a class, accepted or not");
  if (!skipWithoutWasmtime) {
    const said = await commandSays(built);
    assert.deepEqual(judgments(said, said.segments), expected, "WASI command");
    assert.equal(said.label, result.label);
  }
  return expected;
}

const all = (value: boolean): boolean[] => [value, ...windows.map(() => value)];

test("0 accepts every answer", async () => {
  assert.deepEqual(await everyoneSays(MODEL, 0), all(true));
});

test("1 accepts none that is below 1, and what is exactly 1", async () => {
  assert.ok(MOST < 1);
  assert.deepEqual(await everyoneSays(MODEL, 1), all(false));
  // Certain windows that name different classes are uncertain together.
  assert.ok(new Set(windows.map(({ label }) => label)).size > 1);
  assert.deepEqual(await everyoneSays(CERTAIN, 1), [false, ...windows.map(() => true)]);
});

test("exactly the confidence accepts, the next float32 does not: the mean of the windows", async () => {
  assert.deepEqual(await everyoneSays(MODEL, MEAN), [true, ...CONFIDENCES.map((confidence) => confidence >= MEAN)]);
  assert.deepEqual(await everyoneSays(MODEL, next(MEAN, 1)), [false, ...CONFIDENCES.map((confidence) => confidence > MEAN)]);
});

test("exactly the confidence accepts, the next float32 does not: one window", async () => {
  assert.deepEqual(await everyoneSays(MODEL, LEAST), all(true));
  assert.deepEqual(await everyoneSays(MODEL, next(LEAST, 1)), [true, ...CONFIDENCES.map((confidence) => confidence > LEAST)]);
  assert.deepEqual(await everyoneSays(MODEL, MOST), [false, ...CONFIDENCES.map((confidence) => confidence === MOST)]);
});

test("between the windows, and the smallest float32 above 0 and the largest below 1", async () => {
  assert.deepEqual(await everyoneSays(MODEL, next(MOST, -1)), [false, ...CONFIDENCES.map((confidence) => confidence === MOST)]);
  assert.deepEqual(await everyoneSays(MODEL, 2 ** -149), all(true));
  assert.deepEqual(await everyoneSays(MODEL, 1 - 2 ** -24), all(false));
});

test("without a result nothing is accepted", async () => {
  const built = await build("acceptance", MODEL, PLAN.frontEnd, 0, "command");
  const instance = await Instance.create(built.embedded);
  const { exports } = instance;
  const sound = plainSound("voice", SOUND);
  const accepted = (): [number, number] => [exports.accepted(), Math.sign(exports.label() + 1)];
  assert.deepEqual(accepted(), [0, 0], "at first");
  const { level } = instance.classify(sound);
  assert.deepEqual(accepted(), [1, 1], "after finish()");
  ok(exports.start(level, SOUND.length), "start");
  assert.deepEqual(accepted(), [0, 0], "after start()");
  instance.pushAll(sound);
  ok(exports.finish(), "finish");
  assert.deepEqual(accepted(), [1, 1], "after another finish()");
  exports.reset();
  assert.deepEqual(accepted(), [0, 0], "after reset()");
  instance.network(new Float32Array(MODEL.frames * MODEL.coefficients));
  assert.deepEqual(accepted(), [1, 1], "after finishNetwork()");
  exports.startNetwork();
  assert.deepEqual(accepted(), [0, 0], "after startNetwork()");
});

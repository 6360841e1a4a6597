/** Activation and valence: every build, the API and the WASI command against the reference, to the bit. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type AnswerExports, EXPORTS } from "../../ts-tools/abi/exports.js";
import { memoryMap } from "../../ts-tools/emit/memory_map.js";
import { DIMENSIONS } from "../../ts-tools/model/dimensions.js";
import { recognitionJson } from "../../ts-tools/runtime/index.js";
import { Recognizer } from "../../ts-tools/runtime/recognizer.js";
import type { Recognition } from "../../ts-tools/runtime/result.js";
import { classifySound } from "../reference/classify.js";
import { dimensionOf } from "../reference/dimensions.js";
import { runNetwork } from "../reference/network.js";
import { indexOfLargest, scoresOf, softmaxOf } from "../reference/probabilities.js";
import { Random } from "../support/random.js";
import { voice } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { type BuiltModel, buildPlan } from "./built_model.js";
import { ANSWER_RULES, mfccInputs, PATH_CASES } from "./cases.js";
import { assertCommandReports } from "./command_report.js";
import { Instance, ok, plainSound } from "./instance.js";
import { instancesOf } from "./instances.js";

const PLAN = PATH_CASES.find(({ rules }) => rules)!;
const RULES = ANSWER_RULES.dimensions!;
/** One and a half windows and more. */
const SOUND = voice(3 * PLAN.frontEnd.windowSamples + 700);

let folder: string;
let built: BuiltModel;
let builds: [string, Instance][];
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "light-sernet-dimensions-"));
  built = await buildPlan(PLAN);
  builds = await instancesOf(built);
});
after(() => rmSync(folder, { recursive: true }));

function dimensionsOf({ exports }: Instance): Record<string, number> {
  const { activation, valence } = exports as unknown as Required<AnswerExports>;
  return { activation: activation(), valence: valence() };
}

test("the reference's bits for every answer of the network, in every build", () => {
  const values = new Set<number>();
  for (const mfcc of mfccInputs(built, { ...PLAN, inputs: 60 })) {
    const scores = scoresOf(runNetwork(built.model, mfcc, built.frontEnd.clip).logits, built.model.dense.logitScale);
    const expected = Object.fromEntries(DIMENSIONS.map((name) => [name, dimensionOf(scores, softmaxOf(scores), RULES[name]!)]));
    for (const [build, instance] of builds) {
      instance.network(mfcc);
      assert.deepEqual(dimensionsOf(instance), expected, build);
    }
    for (const value of Object.values(expected)) values.add(value);
  }
  assert.ok(values.size > 60, `${values.size} different values`);
});

test("any weights and any logits, the largest there can be, too", () => {
  const random = new Random(91);
  for (const [build, instance] of builds) {
    const { exports } = instance;
    const memory = exports.memory.buffer;
    const classes = exports.classCount();
    const { regions } = memoryMap(built, build === "scalar" ? "embedded" : "host");
    const scoresAt = new Float32Array(memory, regions.find(({ name }) => name === "SCORES")!.address, classes);
    const weightsAt = placeOf(memory, [...RULES.activation!.weights, RULES.activation!.bias]);
    const answer = instance.network(new Float32Array(built.model.frames * built.model.coefficients));
    // The module keeps the largest probability of its last softmax by itself, so that a stream may smooth those in memory.
    const largest = Float32Array.of(answer.probabilities[answer.label]!);
    const seen = new Set<number>();
    for (let trial = 0; trial < 3000; trial++) {
      const spread = 2 ** random.between(0, 31);
      const logits = Int32Array.from({ length: classes }, () => Math.floor(random.between(-spread, spread)));
      const scores = scoresOf(logits, 2 ** random.between(-28, 3));
      const most = 65_536_000 * (trial % 5 === 0 ? 1 : 10 ** random.between(-7, 0));
      const weights = Array.from({ length: classes }, () => Math.round(random.between(-most, most)));
      const bias = Math.round(random.between(-most, most));
      new Int32Array(memory, exports.logitsAddress(), classes).set(logits);
      scoresAt.set(scores);
      weightsAt.set([...weights, bias]);
      if (exports.label() !== indexOfLargest(logits)) assert.fail("the label is not that of these logits");
      const value = dimensionsOf(instance).activation!;
      assert.equal(value, dimensionOf(scores, largest, { weights, bias }), `${build}: ${logits}, ${weights}, ${bias}`);
      seen.add(value);
    }
    weightsAt.set([...RULES.activation!.weights, RULES.activation!.bias]);
    assert.ok(seen.has(0) && seen.has(1) && seen.size > 500, `${seen.size} different values`);
  }
});

/** Where these integers are in the module's static data. */
function placeOf(memory: ArrayBuffer, integers: readonly number[]): Int32Array {
  const words = new Int32Array(memory);
  const at = words.findIndex((_, index) => integers.every((value, offset) => words[index + offset] === value));
  assert.ok(at >= 0);
  return words.subarray(at, at + integers.length);
}

test("-1 while there is no answer", () => {
  const none = { activation: -1, valence: -1 };
  for (const [, instance] of builds) {
    const { exports } = instance;
    const { level } = instance.classify(plainSound("voice", SOUND));
    assert.ok(dimensionsOf(instance).activation! >= 0);
    ok(exports.start(level, SOUND.length), "start");
    assert.deepEqual(dimensionsOf(instance), none);
    exports.reset();
    assert.deepEqual(dimensionsOf(instance), none);
  }
});

test("a long sound: each window's and the mean, in the API, in JSON and in the WASI command", async () => {
  const expected = classifySound(SOUND, built.model, built.frontEnd, "windows", built.acceptThreshold, built.rules);
  assert.ok(expected.windows.length > 3);
  const recognizer = await Recognizer.create(new WebAssembly.Module(built.embedded));
  assert.deepEqual(recognizer.model.dimensions, ["activation", "valence"]);
  const result = recognizer.classify(SOUND, { sampleRate: 16000 });
  const said = [result, ...result.segments].map(({ activation, valence }) => ({ activation, valence }));
  assert.deepEqual(said, [expected.dimensions, ...expected.windows.map(({ dimensions }) => dimensions)]);
  const json = JSON.parse(recognitionJson("-", result)) as Recognition;
  const keys = ["label", "confidence", "accepted", "speechFrames", "voice", "activation", "valence", "probabilities"];
  assert.deepEqual(Object.keys(json).slice(1, 9), keys);
  const floats = ({ activation, valence }: { activation?: number; valence?: number }) => [Math.fround(activation!), Math.fround(valence!)];
  assert.deepEqual([json, ...json.segments].map(floats), said.map(floats));
  if (skipWithoutWasmtime) return;
  await assertCommandReports(built, SOUND, result, folder);
});

test("a model with one of them exports it alone", async () => {
  const { activation: _, ...dimensions } = RULES;
  const plan = { ...PLAN, name: "valence alone", rules: { dimensions }, voice: false };
  const alone = await buildPlan(plan, "embedded");
  const { exports } = await Instance.create(alone.embedded);
  assert.deepEqual(
    Object.keys(exports).filter((name) => !(name in EXPORTS || name === "memory" || name.startsWith("adaptation"))),
    ["valence"],
  );
  const recognizer = await Recognizer.create(new WebAssembly.Module(alone.embedded));
  const result = recognizer.classify(SOUND, { sampleRate: 16000 });
  assert.deepEqual(["activation" in result, "valence" in result.segments[0]!], [false, true]);
});

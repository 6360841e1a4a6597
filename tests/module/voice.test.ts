/** The voice head: every build, the API and the WASI command against the reference, to the bit. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type AnswerExports, EXPORTS } from "../../ts-tools/abi/exports.js";
import type { QuantizedModel } from "../../ts-tools/model/model_types.js";
import { type Recognition, recognitionJson } from "../../ts-tools/runtime/index.js";
import { Recognizer } from "../../ts-tools/runtime/recognizer.js";
import { classifyCrops, classifySound, type SoundResult } from "../reference/classify.js";
import { runNetwork } from "../reference/network.js";
import { voiceOf, voiceOfNetwork } from "../reference/voice.js";
import { Random } from "../support/random.js";
import { noise, voice as voiceSound } from "../support/sounds.js";
import { skipWithoutWasmtime } from "../support/wasmtime.js";
import { type BuiltModel, build, buildPlan, planModel } from "./built_model.js";
import { mfccInputs, PATH_CASES } from "./cases.js";
import { assertCommandReports } from "./command_report.js";
import { Instance, ok, plainSound } from "./instance.js";
import { instancesOf } from "./instances.js";

const PLAN = PATH_CASES.find(({ voice }) => voice)!;
const { windowSamples } = PLAN.frontEnd;
const HZ = { sampleRate: 16000 };
/** Noise whose windows differ, and a voice. */
const SOUND = Int16Array.from([...noise(windowSamples, 200), ...voiceSound(2 * windowSamples), ...noise(700, 9000)]);

let folder: string;
let built: BuiltModel;
let builds: [string, Instance][];
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "light-sernet-voice-"));
  built = await buildPlan(PLAN);
  builds = await instancesOf(built);
});
after(() => rmSync(folder, { recursive: true }));

const voice = ({ exports }: Instance): number => (exports as unknown as Required<AnswerExports>).voice();

test("the reference's bits for every answer of the network, in every build", () => {
  const values: number[] = [];
  for (const mfcc of mfccInputs(built, { ...PLAN, inputs: 60 })) {
    const expected = voiceOfNetwork(built.model, runNetwork(built.model, mfcc, built.frontEnd.clip));
    for (const [build, instance] of builds) {
      const { probabilities, accepted } = instance.network(mfcc);
      assert.equal(voice(instance), expected, build);
      assert.equal(accepted, expected! >= 0.5 && Math.max(...probabilities) >= built.acceptThreshold, build);
    }
    values.push(expected!);
  }
  assert.ok(new Set(values).size > 50, `${new Set(values).size} different values`);
  assert.ok(values.some((value) => value < 0.3) && values.some((value) => value > 0.7));
});

test("any output, the largest there can be, too; below one half nothing is accepted", async () => {
  const random = new Random(92);
  const model = planModel({ ...PLAN, widths: [4, 4, 4, 4, 4, 4, 4, 4] });
  // The scales: one whose smallest step is visible around one half, and one that overflows exp().
  for (const logitScale of [2 ** -31, 2 ** -20, 1]) {
    const scaled: QuantizedModel = { ...model, voice: { ...model.voice!, logitScale } };
    const { embedded, acceptThreshold } = await build(`voice of scale ${logitScale}`, scaled, PLAN.frontEnd, 0, "embedded");
    assert.equal(acceptThreshold, 0);
    const instance = await Instance.create(embedded);
    const { exports } = instance;
    instance.network(new Float32Array(model.frames * model.coefficients));
    const output = new Int32Array(exports.memory.buffer, exports.logitsAddress() + 4 * exports.classCount(), 1);
    const logits = [0, 1, -1, 2 ** 24 + 1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 65];
    for (let trial = 0; trial < 2000; trial++) logits.push(Math.floor(random.between(-1, 1) * 2 ** random.between(0, 31)));
    for (const logit of logits) {
      output[0] = logit;
      const expected = voiceOf(logit, { logitScale });
      assert.equal(voice(instance), expected, `${logit} * ${logitScale}`);
      assert.equal(exports.accepted(), expected >= 0.5 ? 1 : 0);
    }
  }
});

test("the largest sum there can be: every feature and every weight at its limit", async () => {
  const model = planModel(PLAN);
  const last = model.bodyTwo.at(-1)!;
  // Every feature is 32,767 or 0, whatever the input.
  const loud = { ...last, weights: last.weights.map(() => 0), bias: last.bias.map((_, channel) => (channel % 3 === 0 ? 0 : 2 ** 20)) };
  const bodyTwo = [
    ...model.bodyTwo.slice(0, -1),
    { ...loud, multiplier: loud.multiplier.map(() => 2 ** 31 - 1), shift: loud.shift.map(() => 3) },
  ];
  for (const sign of [1, -1]) {
    const head = {
      ...model.voice!,
      weights: model.voice!.weights.map(() => 127 * sign),
      bias: Int32Array.of(sign * 1_900_000_000),
      logitScale: 2 ** -32,
    };
    const extreme: QuantizedModel = { ...model, bodyTwo, voice: head };
    const mfcc = new Float32Array(model.frames * model.coefficients);
    const network = runNetwork(extreme, mfcc, PLAN.frontEnd.clip);
    assert.deepEqual(new Set(network.activations.at(-1)!.values), new Set([0, 32767]));
    const { embedded } = await build(`loudest voice ${sign}`, extreme, PLAN.frontEnd, 0, "embedded");
    const instance = await Instance.create(embedded);
    instance.network(mfcc);
    assert.equal(voice(instance), voiceOfNetwork(extreme, network));
  }
});

test("-1 while there is no answer", () => {
  for (const [, instance] of builds) {
    const { exports } = instance;
    const { level } = instance.classify(plainSound("voice", SOUND));
    assert.ok(voice(instance) >= 0);
    ok(exports.start(level, SOUND.length), "start");
    assert.equal(voice(instance), -1);
    assert.equal(exports.accepted(), 0);
    exports.reset();
    assert.equal(voice(instance), -1);
  }
});

/** The API's voices and acceptances of a sound and of its windows must be the reference's. */
function assertHeard(result: Recognition, expected: SoundResult): void {
  const judged = ({ voice, accepted }: { voice?: number; accepted: boolean }) => [voice, accepted];
  assert.deepEqual([result, ...result.segments].map(judged), [expected, ...expected.windows].map(judged));
  assert.equal(result.voice, Math.max(...result.segments.map((segment) => segment.voice!)));
}

test("several windows: each one's and the largest, in the API, in JSON and in the WASI command", async () => {
  const { rules, model, frontEnd } = built;
  let [heard, unheard] = [0, 0];
  for (const sound of [SOUND, noise(3 * windowSamples, 100), voiceSound(3 * windowSamples, 16000, 3)]) {
    const expected = classifySound(sound, model, frontEnd, "windows", built.acceptThreshold, rules);
    const recognizer = await Recognizer.create(new WebAssembly.Module(built.embedded));
    assert.equal(recognizer.model.hasVoice, true);
    const result = recognizer.classify(sound, HZ);
    assertHeard(result, expected);
    for (const { voice } of expected.windows) voice! >= 0.5 ? heard++ : unheard++;
    const json = JSON.parse(recognitionJson("-", result)) as Recognition;
    assert.deepEqual(Object.keys(json).slice(3, 6), ["accepted", "speechFrames", "voice"]);
    assert.deepEqual(
      [json, ...json.segments].map(({ voice }) => Math.fround(voice!)),
      [result, ...result.segments].map(({ voice }) => voice),
    );
    for (const crops of [2, 3]) {
      const answers = (await Recognizer.create(new WebAssembly.Module(built.embedded))).classify(sound, { ...HZ, crops });
      assertHeard(answers, classifyCrops(sound, model, frontEnd, crops, built.acceptThreshold, {}, rules));
    }
    if (!skipWithoutWasmtime) await assertCommandReports(built, sound, result, folder);
  }
  assert.ok(heard > 0 && unheard > 0, `${heard} windows with a voice, ${unheard} without`);
});

test("a model with nothing else exports it alone; one without does not have it", async () => {
  const optional = ({ exports }: Instance): string[] => Object.keys(exports).filter((name) => !(name in EXPORTS || name === "memory"));
  const plain = { ...PLAN, name: "voice alone", frontEnd: PATH_CASES[1]!.frontEnd, rules: {} };
  const alone = await buildPlan(plain, "embedded");
  assert.deepEqual(optional(await Instance.create(alone.embedded)), ["voice"]);
  const result = (await Recognizer.create(new WebAssembly.Module(alone.embedded))).classify(SOUND, HZ);
  assertHeard(result, classifySound(SOUND, alone.model, alone.frontEnd, "windows", alone.acceptThreshold));
  assert.ok(!("speechFrames" in result));
  const without = await buildPlan({ ...plain, name: "no voice", voice: false }, "embedded");
  assert.deepEqual(optional(await Instance.create(without.embedded)), []);
  const recognizer = await Recognizer.create(new WebAssembly.Module(without.embedded));
  assert.equal(recognizer.model.hasVoice, false);
  const { voice, segments } = recognizer.classify(SOUND, HZ);
  assert.deepEqual([voice, segments[0]!.voice], [undefined, undefined]);
});

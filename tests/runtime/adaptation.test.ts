/** `recognizer.adaptation`: what an app sees of a speaker's statistics. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type CreateOptions, createRecognizer, type Recognition, RecognizerError } from "../../ts-tools/runtime/index.js";
import { allBuilds, type BuiltModel, buildPlan } from "../module/built_model.js";
import { PATH_CASES } from "../module/cases.js";
import { classifyWindow } from "../reference/classify.js";
import { noStatistics } from "../reference/normalization.js";
import { parseBlob, withChecksum } from "../support/adaptation.js";
import { voice } from "../support/sounds.js";

const PLAN = PATH_CASES.find(({ frontEnd }) => frontEnd.normalization)!;
const HZ = { sampleRate: 16000 };
let built: BuiltModel;

before(async () => {
  built = await buildPlan(PLAN);
});

const create = (options: CreateOptions = {}) => createRecognizer({ module: built.embedded, ...options });
const logits = (result: Recognition): number[] => Object.values(result.logits!);

test("statistics are saved and loaded; only what is loaded has an effect", async () => {
  const recognizer = await create();
  assert.equal(recognizer.model.adapts, true);
  assert.equal(recognizer.adaptationMs, 0);
  const [mine, another] = [voice(6000, 16000, 2), voice(6000, 16000, 5)];
  const before = logits(recognizer.classify(another, HZ));
  recognizer.adaptation = undefined;
  recognizer.classify(mine, HZ);
  const saved = recognizer.adaptation!;
  const learned = noStatistics(PLAN.frontEnd.coefficients);
  classifyWindow(mine, built.model, PLAN.frontEnd, 0, { learned });
  assert.deepEqual(parseBlob(saved).mean, learned.mean);
  assert.equal(recognizer.adaptationMs, learned.frames * 16);
  assert.deepEqual(logits(recognizer.classify(another, HZ)), before, "not loaded: no effect");

  const device = await create();
  device.adaptation = saved;
  assert.deepEqual(device.adaptation, saved);
  const expected = classifyWindow(another, built.model, PLAN.frontEnd, 0, { carried: learned.mean });
  const adapted = logits(device.classify(another, HZ));
  assert.deepEqual(adapted, [...expected.logits]);
  assert.notDeepEqual(adapted, before);
  assert.deepEqual(logits(device.classify(another, HZ)), adapted, "the same sound after the same load");
  device.adaptation = undefined;
  assert.deepEqual(logits(device.classify(another, HZ)), before, "forgotten");
  saved.fill(0);
  assert.notDeepEqual(recognizer.adaptation, saved, "what was given is a copy");
});

test("all windows of a long sound start from the loaded statistics, in any pieces", async () => {
  const [whole, pieces] = [await create(), await create()];
  whole.classify(voice(9000, 16000, 3), HZ);
  const saved = whole.adaptation!;
  for (const recognizer of [whole, pieces]) recognizer.adaptation = saved;
  const sound = voice(20000, 16000, 4);
  const expected = whole.classify(sound, HZ);
  for (let at = 0; at < sound.length; at += 777) pieces.push(sound.subarray(at, at + 777), HZ);
  const first = classifyWindow(sound.slice(0, 6000), built.model, PLAN.frontEnd, 0, { carried: parseBlob(saved).mean });
  assert.deepEqual(Object.values(expected.segments[0]!.logits), [...first.logits]);
  assert.deepEqual(pieces.finish().segments, expected.segments);
  assert.deepEqual(pieces.adaptation, whole.adaptation);
});

test("what is refused says why and changes nothing", async () => {
  const recognizer = await create();
  const sound = voice(6000);
  recognizer.classify(sound, HZ);
  const good = recognizer.adaptation!;
  const expected = logits(recognizer.classify(sound, HZ));
  const after = recognizer.adaptation;
  const refused = (value: unknown, status: string, words: RegExp): void => {
    assert.throws(
      () => {
        recognizer.adaptation = value as Uint8Array;
      },
      (error) => error instanceof RecognizerError && error.status === status && words.test(error.message),
    );
    assert.deepEqual(recognizer.adaptation, after);
  };
  const flipped = good.slice();
  flipped[100]! ^= 1;
  refused(flipped, "ADAPTATION_DAMAGED", /damaged/);
  refused(new Uint8Array(0), "ADAPTATION_DAMAGED", /damaged/);
  refused(new Uint8Array(100_000), "ADAPTATION_DAMAGED", /damaged/);
  const other = good.slice();
  other[8]! ^= 1;
  refused(withChecksum(other), "ADAPTATION_OF_OTHER_MODEL", /another front end/);
  for (const value of [null, 5, "text", [1, 2], new ArrayBuffer(180), new Float32Array(45)]) refused(value, "BAD_ARGUMENT", /Uint8Array/);
  recognizer.push(sound.subarray(0, 100), HZ);
  refused(good, "BUSY", /another recording/);
  recognizer.reset();
  assert.deepEqual(logits(recognizer.classify(sound, HZ)), expected);
  recognizer.close();
  assert.throws(() => recognizer.adaptation, /closed/);
});

test("a model without a normalization has no statistics and takes none", async () => {
  const recognizer = await createRecognizer({ module: (await buildPlan(PATH_CASES[0]!)).embedded });
  assert.equal(recognizer.model.adapts, false);
  assert.equal(recognizer.adaptation, undefined);
  assert.equal(recognizer.adaptationMs, undefined);
  recognizer.adaptation = undefined;
  assert.throws(() => {
    recognizer.adaptation = new Uint8Array(180);
  }, /does not adapt/);
});

test("every build gives and takes the same statistics", async () => {
  const saved: Uint8Array[] = [];
  for (const [, module] of await allBuilds(built)) {
    const recognizer = await createRecognizer({ module });
    recognizer.classify(voice(20000), HZ);
    saved.push(recognizer.adaptation!);
    recognizer.adaptation = saved[0]!;
  }
  for (const statistics of saved) assert.deepEqual(statistics, saved[0]);
});

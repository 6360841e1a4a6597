/** `crops`: windows at even distances, and a short sound at even distances in its window, against the reference, to the bit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CreateOptions, createRecognizer, type Recognition, RecognizerError } from "../../ts-tools/runtime/index.js";
import { allBuilds, buildPlan } from "../module/built_model.js";
import { PATH_CASES } from "../module/cases.js";
import { classifyCrops } from "../reference/classify.js";
import { resample } from "../reference/resample.js";
import { parseBlob } from "../support/adaptation.js";
import { voice } from "../support/sounds.js";

const HZ = { sampleRate: 16000 };
const NORMALIZED = PATH_CASES.find(({ frontEnd }) => frontEnd.normalization)!;
const answer = ({ timing: _, ...rest }: Recognition): Omit<Recognition, "timing"> => rest;

for (const plan of [PATH_CASES[0]!, NORMALIZED]) {
  test(`${plan.name}: every crop and the mean are the reference's, in every build`, async () => {
    const built = await buildPlan(plan);
    const { model, frontEnd, acceptThreshold, classes } = built;
    const { windowSamples } = frontEnd;
    const answers = new Set<string>();
    for (const [build, module] of await allBuilds(built)) {
      const recognizer = await createRecognizer({ module });
      for (const length of [1, 1500, windowSamples - 2, windowSamples, windowSamples + 1, 2 * windowSamples + 333]) {
        const sound = voice(length, 16000, 2);
        for (const crops of [1, 2, 3, 8]) {
          const name = `${build}, ${length} samples, ${crops} crops`;
          const expected = classifyCrops(sound, model, frontEnd, crops, acceptThreshold);
          const result = recognizer.classify(sound, { ...HZ, crops });
          assert.deepEqual(
            result.segments.map(({ startMs, endMs, accepted, logits }) => [startMs, endMs, accepted, ...Object.values(logits)]),
            expected.windows.map(({ start, end, accepted, logits }) => [Math.floor(start / 16), Math.floor(end / 16), accepted, ...logits]),
            name,
          );
          assert.deepEqual(Object.values(result.probabilities), [...expected.probabilities], name);
          assert.deepEqual([result.label, result.accepted], [classes[expected.label], expected.accepted], name);
          for (const { logits } of expected.windows) answers.add(logits.join());
        }
      }
    }
    assert.ok(answers.size > 20, `${answers.size} different answers`);
  });
}

test("one crop is the center; a sound of exactly one window has one crop; logits are there for one alone", async () => {
  const { embedded: module, frontEnd } = await buildPlan(PATH_CASES[0]!);
  const [windows, center] = [await createRecognizer({ module }), await createRecognizer({ module, long: "center" })];
  for (const length of [700, frontEnd.windowSamples, 9001]) {
    const sound = voice(length);
    assert.deepEqual(answer(windows.classify(sound, { ...HZ, crops: 1 })), answer(center.classify(sound, HZ)));
  }
  const exact = voice(frontEnd.windowSamples);
  assert.deepEqual(answer(windows.classify(exact, { ...HZ, crops: 5 })), answer(windows.classify(exact, HZ)));
  assert.equal(windows.classify(voice(700), { ...HZ, crops: 2 }).logits, undefined);
});

test("the recognizer's own option: in any pieces, at another rate, before onSegment; a call may name another number", async () => {
  const { embedded: module, model, frontEnd } = await buildPlan(PATH_CASES[0]!);
  const heard: number[] = [];
  const options: CreateOptions = { module, long: "center", crops: 3, onSegment: ({ startMs }) => void heard.push(startMs) };
  const recognizer = await createRecognizer(options);
  const sound = voice(30000, 44100, 3);
  const rate = { sampleRate: 44100 };
  const layout = { ...rate, totalFrames: sound.length };
  const whole = answer(recognizer.classify(sound, rate));
  const expected = classifyCrops(resample(sound, 44100, 16000), model, frontEnd, 3);
  assert.deepEqual(Object.values(whole.probabilities), [...expected.probabilities]);
  assert.deepEqual(
    heard,
    expected.windows.map(({ start }) => Math.floor(start / 16)),
  );
  for (let at = 0; at < sound.length; at += 777) recognizer.push(sound.subarray(at, at + 777), layout);
  assert.deepEqual(answer(recognizer.finish()), whole);
  assert.equal(recognizer.classify(sound, { ...rate, crops: 5 }).segments.length, 5);
  for (let at = 0; at < sound.length; at += 999) recognizer.push(sound.subarray(at, at + 999), { sampleRate: 44100 });
  assert.deepEqual(answer(recognizer.finish()), whole, "of a length that is not known before the end");
});

test("all crops start from the speaker's statistics, and all count in new ones", async () => {
  const { embedded: module, model, frontEnd } = await buildPlan(NORMALIZED);
  const recognizer = await createRecognizer({ module });
  recognizer.classify(voice(9000, 16000, 5), HZ);
  const saved = recognizer.adaptation!;
  recognizer.adaptation = saved;
  const carried = parseBlob(saved).mean;
  const before = recognizer.adaptationMs!;
  const sound = voice(3000, 16000, 2);
  const expected = classifyCrops(sound, model, frontEnd, 3, 0, { carried });
  assert.deepEqual(Object.values(recognizer.classify(sound, { ...HZ, crops: 3 }).probabilities), [...expected.probabilities]);
  const learned = recognizer.adaptationMs! - before;
  recognizer.classify(sound, HZ);
  const once = recognizer.adaptationMs! - before - learned;
  assert.ok(learned > 2 * once, `${learned} ms of three crops, ${once} ms of one`);
});

test("what is not a number of crops is refused", async () => {
  const { embedded: module } = await buildPlan(PATH_CASES[0]!);
  const recognizer = await createRecognizer({ module });
  const refused = (error: unknown): boolean =>
    error instanceof RecognizerError && error.status === "BAD_ARGUMENT" && /crops must be a whole number from 1 to 100/.test(error.message);
  for (const crops of [0, -1, 1.5, 101, Number.NaN, Infinity, "3", null, 3n, {}] as unknown as number[]) {
    assert.throws(() => recognizer.classify(voice(100), { ...HZ, crops }), refused);
    await assert.rejects(createRecognizer({ module, crops }), refused);
  }
  recognizer.classify(voice(100), HZ);
});

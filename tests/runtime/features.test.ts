/** `recognizer.features()`: what the network receives. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { createRecognizer, RecognizerError } from "../../ts-tools/runtime/index.js";
import { type BuiltModel, buildPlan } from "../module/built_model.js";
import { PATH_CASES } from "../module/cases.js";
import { classifyWindow } from "../reference/classify.js";
import { noStatistics } from "../reference/normalization.js";
import { narrowBuild } from "../support/narrow_build.js";
import { voice } from "../support/sounds.js";
import { interleave } from "../support/wav.js";

const HZ = { sampleRate: 16000 };
const PLAN = PATH_CASES.find(({ frontEnd }) => frontEnd.normalization)!;
let normalizing: BuiltModel;

before(async () => {
  normalizing = await buildPlan(PLAN);
});

test("short, long and exact sounds, stereo and floats: the reference's bits, always of one shape", async () => {
  const { folder, model } = await narrowBuild();
  const recognizer = await createRecognizer({ model: folder });
  for (const samples of [1, 9000, 48000, 70001]) {
    const sound = voice(samples);
    const expected = classifyWindow(sound, model, REFERENCE_FRONT_END).mfcc.values;
    const { values, shape } = recognizer.features(sound, HZ);
    assert.deepEqual(shape, [184, 40]);
    assert.deepEqual(values, expected, `${samples} samples`);
    assert.deepEqual(recognizer.features(interleave(sound, 2), { ...HZ, channels: 2 }).values, expected);
    assert.deepEqual(
      recognizer.features(
        Float32Array.from(sound, (x) => x / 32768),
        HZ,
      ).values,
      expected,
    );
  }
  const before = recognizer.classify(voice(9000), HZ).logits;
  recognizer.features(voice(30000, 44100), { sampleRate: 44100 });
  assert.deepEqual(recognizer.classify(voice(9000), HZ).logits, before, "a recording after it is as before");
});

test("a model that normalizes: from the speaker that was set, and nothing is learned", async () => {
  const recognizer = await createRecognizer({ module: normalizing.embedded });
  const [mine, another] = [voice(6000, 16000, 2), voice(6000, 16000, 5)];
  const reference = (carried?: Float32Array): Float32Array =>
    classifyWindow(another, normalizing.model, PLAN.frontEnd, 0, { carried }).mfcc.values;
  const stranger = recognizer.features(another, HZ).values;
  assert.deepEqual(stranger, reference());
  assert.equal(recognizer.adaptationMs, 0);
  const learned = noStatistics(PLAN.frontEnd.coefficients);
  classifyWindow(mine, normalizing.model, PLAN.frontEnd, 0, { learned });
  recognizer.classify(mine, HZ);
  const statistics = recognizer.adaptation!;
  assert.deepEqual(recognizer.features(another, HZ).values, stranger, "not set: no effect");
  recognizer.adaptation = statistics;
  assert.deepEqual(recognizer.features(another, HZ).values, reference(learned.mean));
  assert.deepEqual(recognizer.adaptation, statistics);
  recognizer.adaptation = undefined;
  assert.deepEqual(recognizer.features(another, HZ).values, stranger, "forgotten");
});

test("what classify() refuses is refused", async () => {
  const recognizer = await createRecognizer({ module: normalizing.embedded });
  const refuses = (status: string, call: () => unknown): void =>
    assert.throws(call, (error) => error instanceof RecognizerError && error.status === status);
  refuses("EMPTY", () => recognizer.features(new Int16Array(0), HZ));
  refuses("BAD_PIECE", () => recognizer.features(new Int16Array(3), { ...HZ, channels: 2 }));
  refuses("BAD_ARGUMENT", () => recognizer.features([] as never, HZ));
  refuses("BAD_ARGUMENT", () => recognizer.features(new Int16Array(3), undefined as never));
  recognizer.push(voice(100), HZ);
  assert.equal(recognizer.features(voice(100), HZ).shape.length, 2, "beside a recording");
  recognizer.close();
  refuses("CLOSED", () => recognizer.features(voice(100), HZ));
});

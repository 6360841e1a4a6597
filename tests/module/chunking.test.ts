/** The size of the pieces does not change a bit, instances are independent, and an interrupted sound has no effect on the next. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Random } from "../support/random.js";
import { square, voice } from "../support/sounds.js";
import { type BuiltModel, buildPlan } from "./built_model.js";
import { NARROW, PATH_CASES, soundInputs } from "./cases.js";
import { assertSame } from "./compare.js";
import { type Classification, frameBytes, Instance, ok, plainSound, type Sound } from "./instance.js";
import { encode, randomSound } from "./random_sounds.js";

const SMALL = PATH_CASES[0]!;
const WINDOW = SMALL.frontEnd.windowSamples;
const PIECES = [1, 2, 3, 333, 4096, undefined] as const;
let built: BuiltModel;

before(async () => {
  built = await buildPlan(SMALL);
});

function assertClassification(name: string, actual: Classification, expected: Classification): void {
  assert.equal(actual.level, expected.level, `${name}: level`);
  assertSame(`${name}: logits`, actual.logits, expected.logits);
  assertSame(`${name}: probabilities`, actual.probabilities, expected.probabilities);
  assert.equal(actual.label, expected.label, `${name}: label`);
  assert.equal(actual.accepted, expected.accepted, `${name}: accepted`);
}

/** Each format at a rate of its own, one and more channels, shorter and longer than a segment. */
function someSounds(): Sound[] {
  const random = new Random(31);
  return [...soundInputs({ ...SMALL, seed: 32, inputs: 40 }), randomSound(random, 0), randomSound(random, 3 * WINDOW)];
}

test("pieces of 1, 2, 3, 333 and 4,096 frames and whole sounds: the same bits", async (t) => {
  const sounds = someSounds();
  for (const sound of sounds) {
    const expected = (await Instance.create(built.embedded)).classify(sound, WINDOW);
    const instance = await Instance.create(built.embedded);
    for (const frames of PIECES)
      assertClassification(`${sound.name}, pieces of ${frames ?? "all"}`, instance.classify(sound, frames), expected);
  }
  t.diagnostic(`${sounds.length} sounds, ${new Set(sounds.map(({ format }) => format)).size} formats`);
});

test("the segment of the paper in single samples, in 333, in 4,096 and whole", async () => {
  const narrow = await Instance.create((await buildPlan(NARROW)).embedded);
  for (const sound of [plainSound("voice", voice(50001)), plainSound("square at 44,100 Hz", square(90000), 44100)]) {
    const expected = narrow.classify(sound);
    for (const frames of [1, 333, 4096])
      assertClassification(`${sound.name}, pieces of ${frames}`, narrow.classify(sound, frames), expected);
  }
});

test("conversion and features do not depend on the pieces either", async () => {
  const instance = await Instance.create(built.embedded);
  for (const sound of someSounds()) {
    const samples = instance.convert(sound);
    const features = instance.features(sound, 5000000);
    for (const frames of [1, 333]) {
      assertSame(`${sound.name}: samples`, instance.convert(sound, frames), samples);
      assertSame(`${sound.name}: features`, instance.features(sound, 5000000, frames), features);
    }
  }
});

test("empty pieces change nothing", async () => {
  const instance = await Instance.create(built.embedded);
  const sound = plainSound("voice", voice(WINDOW));
  const expected = instance.classify(sound);
  instance.setInput(sound);
  ok(instance.exports.start(expected.level, WINDOW), "start");
  instance.pushAll(sound, 100, () => ok(instance.exports.push(0), "push"));
  ok(instance.exports.finish(), "finish");
  assertClassification("empty pieces between", { level: expected.level, ...instance.answer() }, expected);
});

test("two instances take turns and do not disturb each other", async () => {
  const [first, second] = [await Instance.create(built.embedded), await Instance.create(built.embedded)];
  const sounds = [plainSound("voice", voice(WINDOW, 16000, 3)), plainSound("square", square(2 * WINDOW), 32000)] as const;
  const expected = sounds.map((sound) => first.classify(sound));
  for (const [index, instance] of [first, second].entries()) {
    instance.setInput(sounds[index]!);
    ok(instance.exports.start(expected[index]!.level, instance.length(sounds[index]!)), "start");
  }
  let at = 0;
  first.pushAll(sounds[0], 50, () => {
    const piece = sounds[1].bytes.subarray(at, at + 200);
    ok(second.push(piece), "push");
    at += piece.length;
  });
  assert.equal(at, sounds[1].bytes.length);
  ok(second.exports.finish(), "finish");
  ok(first.exports.finish(), "finish");
  for (const [index, instance] of [first, second].entries())
    assertClassification(sounds[index]!.name, { level: expected[index]!.level, ...instance.answer() }, expected[index]!);
});

test("a sound that is broken off at any point leaves no trace", async () => {
  const random = new Random(33);
  const instance = await Instance.create(built.embedded);
  const sound = randomSound(random, WINDOW + 100);
  const expected = (await Instance.create(built.embedded)).classify(sound);
  const loud = Float64Array.from({ length: 3 * WINDOW }, () => random.between(-1, 1));
  const other = { ...plainSound("noise", new Int16Array(0), 11025), bytes: encode(random, loud, "s16") };
  const { exports } = instance;
  const breaks: Record<string, () => unknown> = {
    nothing: () => {},
    reset: () => exports.reset(),
    "another start": () => exports.start(1000, 5),
    "a network": () => {
      exports.startNetwork();
      instance.pushFrame(new Float32Array(exports.coefficientCount()).fill(9));
    },
    features: () => exports.startFeatures(32768000),
    conversion: () => exports.startSamples(),
    "a level pass": () => exports.startLevel(17),
  };
  const starts: Record<string, () => number> = {
    start: () => exports.start(2000000, 3 * WINDOW),
    startLevel: () => exports.startLevel(3 * WINDOW),
    startFeatures: () => exports.startFeatures(2000000),
    startSamples: () => exports.startSamples(),
  };
  for (const [startName, start] of Object.entries(starts)) {
    for (const [breakName, end] of Object.entries(breaks)) {
      for (let i = 0; i < 3; i++) {
        instance.setInput(other);
        ok(start(), startName);
        const frames = random.integer(0, 2 * WINDOW);
        instance.pushAll({ ...other, bytes: other.bytes.subarray(0, frames * frameBytes(other)) });
        end();
        assertClassification(`after ${frames} frames of ${startName} and ${breakName}`, instance.classify(sound), expected);
      }
    }
  }
});

test("reading the header of a WAV file in between changes nothing", async () => {
  const instance = await Instance.create(built.embedded);
  const sound = plainSound("voice", voice(WINDOW));
  const expected = instance.classify(sound);
  ok(instance.exports.start(expected.level, WINDOW), "start");
  instance.pushAll(sound, 64, () => {
    instance.exports.wavBegin();
    instance.bytes().set(new TextEncoder().encode("RIFF____WAVEfmt "), instance.exports.inputAddress());
    assert.equal(instance.exports.wavPush(16), 0);
  });
  ok(instance.exports.finish(), "finish");
  assertClassification("with headers between", { level: expected.level, ...instance.answer() }, expected);
});

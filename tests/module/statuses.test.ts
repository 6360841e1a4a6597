/** Every wrong call gets the status of ts-tools/abi/status.ts, and the module works on afterward with the same bits. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { INPUT_FORMAT, STATUS } from "../../ts-tools/abi/status.js";
import { Random } from "../support/random.js";
import { voice } from "../support/sounds.js";
import { type BuiltModel, buildPlan } from "./built_model.js";
import { PATH_CASES } from "./cases.js";
import { assertSame } from "./compare.js";
import { type Classification, Instance, ok, plainSound } from "./instance.js";

const SMALL = PATH_CASES[0]!;
const WINDOW = SMALL.frontEnd.windowSamples;
const SOUND = plainSound("voice", voice(WINDOW - 500));
const LENGTH = WINDOW - 500;
const LIMIT = 2 ** 31 - 1;
let built: BuiltModel;
let instance: Instance;
let expected: Classification;

before(async () => {
  built = await buildPlan(SMALL);
  instance = await Instance.create(built.embedded);
  expected = instance.classify(SOUND);
});

function assertAnswer(name: string): void {
  const answer = instance.answer();
  assertSame(`${name}: logits`, answer.logits, expected.logits);
  assertSame(`${name}: probabilities`, answer.probabilities, expected.probabilities);
  assert.equal(answer.label, expected.label, name);
  assert.equal(answer.accepted, expected.accepted, name);
}

/** A status by its name, and that afterward everything works. */
function refused(status: keyof typeof STATUS, call: () => number): void {
  assert.equal(call(), STATUS[status].code, `${call}`);
  instance.classify(SOUND);
  assertAnswer(`${call}`);
}

test("numbers out of range are refused, those at the limits are not", () => {
  const { exports } = instance;
  for (const format of [0, -1, 9, 99, LIMIT]) refused("BAD_FORMAT", () => exports.setInput(format, 1, 16000));
  for (const rate of [7999, 192001, 0, -1, -16000, LIMIT]) refused("BAD_RATE", () => exports.setInput(INPUT_FORMAT.s16, 1, rate));
  for (const rate of [8000, 192000]) ok(exports.setInput(INPUT_FORMAT.f64, 1, rate), "setInput");
  const most = exports.inputCapacity();
  for (const [format, bytes] of [
    ["u8", 1],
    ["s16", 2],
    ["s24", 3],
    ["f32", 4],
    ["f64", 8],
  ] as const) {
    for (const channels of [0, -1, -LIMIT, Math.floor(most / bytes) + 1, LIMIT])
      refused("BAD_CHANNELS", () => exports.setInput(INPUT_FORMAT[format], channels, 16000));
    ok(exports.setInput(INPUT_FORMAT[format], Math.floor(most / bytes), 16000), "setInput");
  }
  for (const level of [-1, 32768001, LIMIT, -LIMIT - 1]) {
    refused("BAD_LEVEL", () => exports.start(level, LENGTH));
    refused("BAD_LEVEL", () => exports.startFeatures(level));
  }
  for (const level of [0, 1, 999, 1000, 32768000]) {
    ok(exports.start(level, LENGTH), "start");
    ok(exports.startFeatures(level), "startFeatures");
  }
  for (const samples of [-1, -LIMIT - 1]) {
    refused("BAD_LENGTH", () => exports.start(1000, samples));
    refused("BAD_LENGTH", () => exports.startLevel(samples));
    refused("BAD_LENGTH", () => exports.resampledLength(samples, 16000));
  }
  for (const samples of [0, 1, LIMIT]) ok(exports.start(1000, samples), "start");
});

test("the length at 16 kHz, and what has none", () => {
  const { exports } = instance;
  const random = new Random(41);
  for (let i = 0; i < 2000; i++) {
    const rate = random.integer(8000, 192000);
    const frames = random.integer(0, random.unit() < 0.5 ? 100000 : LIMIT);
    const length = Number((16000n * BigInt(frames) + BigInt(rate) - 1n) / BigInt(rate));
    assert.equal(exports.resampledLength(frames, rate), length > LIMIT ? STATUS.TOO_LONG.code : length, `${frames} at ${rate}`);
  }
  assert.equal(exports.resampledLength(LIMIT, 16000), LIMIT);
  assert.equal(exports.resampledLength(LIMIT, 8000), STATUS.TOO_LONG.code);
  for (const rate of [0, -1, 7999, 192001]) assert.equal(exports.resampledLength(5, rate), STATUS.BAD_RATE.code);
});

test("what was not started cannot go on", async () => {
  const fresh = await Instance.create(built.embedded);
  const calls = ["nextLevel", "finishLevel", "finish", "finishSamples", "pushFrame", "finishNetwork"] as const;
  const refuseAll = (): void => {
    for (const call of calls) assert.equal(fresh.exports[call](), STATUS.NOT_STARTED.code, call);
    for (const bytes of [0, 1, 2, -1, 99999]) assert.equal(fresh.exports.push(bytes), STATUS.NOT_STARTED.code);
  };
  assert.equal(fresh.exports.label(), -1);
  assert.equal(fresh.exports.accepted(), 0);
  refuseAll();
  fresh.classify(SOUND);
  refuseAll();
  assert.equal(fresh.exports.label(), expected.label, "a refused call takes no result away");
  fresh.exports.reset();
  refuseAll();
  assert.equal(fresh.exports.label(), -1);
});

test("without setInput, bytes are int16, mono, at the module's rate", async () => {
  const fresh = await Instance.create(built.embedded);
  ok(fresh.exports.start(expected.level, LENGTH), "start");
  fresh.pushAll(SOUND);
  ok(fresh.exports.finish(), "finish");
  assertSame("logits", fresh.answer().logits, expected.logits);
});

test("pieces that are not whole or too large take nothing", () => {
  ok(instance.exports.start(expected.level, LENGTH), "start");
  instance.pushAll(SOUND, 200, () => {
    for (const bytes of [1, 3, -1, -2, instance.exports.inputCapacity() + 2, LIMIT])
      assert.equal(instance.exports.push(bytes), STATUS.BAD_PIECE.code);
  });
  ok(instance.exports.finish(), "finish");
  assertAnswer("after pieces that were refused");
});

test("ending too early is refused, and the sound goes on", () => {
  const { exports } = instance;
  const early = (end: () => number) => () => {
    assert.equal(end(), STATUS.TOO_FEW_SAMPLES.code);
  };
  const all = Math.ceil(LENGTH / 100) - 1;
  let pieces = 0;
  /** At every piece but the last. */
  const untilLast = (check: () => void) => () => {
    if (pieces++ < all) check();
  };
  const pass = (end: () => number): number => {
    pieces = 0;
    early(end)();
    instance.pushAll(SOUND, 100, untilLast(early(end)));
    return ok(end(), "end");
  };
  ok(exports.startLevel(LENGTH), "startLevel");
  pass(() => exports.nextLevel());
  assert.equal(
    pass(() => exports.finishLevel()),
    expected.level,
  );
  ok(exports.start(expected.level, LENGTH), "start");
  pass(() => exports.finish());
  assertAnswer("after ends that were refused");
});

test("one sample too many is refused there and at the end, at any rate", () => {
  const { exports } = instance;
  for (const rate of [16000, 8000, 44100, 192000]) {
    const sound = { ...SOUND, rate };
    const announced = instance.length({ ...sound, bytes: sound.bytes.subarray(0, 2 * (LENGTH - 13)) });
    instance.setInput(sound);
    const ends = { startLevel: () => exports.nextLevel(), start: () => exports.finish() };
    for (const [start, end] of Object.entries(ends)) {
      ok(start === "start" ? exports.start(1000, announced) : exports.startLevel(announced), start);
      for (let at = 0; at < SOUND.bytes.length; at += 2) {
        const status = instance.push(SOUND.bytes.subarray(at, at + 2));
        const length = exports.resampledLength(at / 2 + 1, rate);
        if (length <= announced) assert.equal(status, STATUS.OK.code);
        else if (rate === 16000) assert.equal(status, STATUS.TOO_MANY_SAMPLES.code);
      }
      if (exports.resampledLength(LENGTH, rate) > announced) assert.equal(end(), STATUS.TOO_MANY_SAMPLES.code, `${start} at ${rate}`);
    }
  }
  instance.classify(SOUND);
  assertAnswer("after too many samples");
});

test("the network counts its frames, and goes on", () => {
  const { exports } = instance;
  const frames = exports.frameCount();
  const random = new Random(42);
  const mfcc = Float32Array.from({ length: frames * exports.coefficientCount() }, () => random.between(-10, 10));
  const alone = instance.network(mfcc);
  exports.startNetwork();
  for (let frame = 0; frame < frames; frame++) {
    assert.equal(exports.finishNetwork(), STATUS.TOO_FEW_SAMPLES.code);
    assert.equal(exports.push(2), STATUS.NOT_STARTED.code);
    const width = exports.coefficientCount();
    ok(instance.pushFrame(mfcc.subarray(frame * width, (frame + 1) * width)), "pushFrame");
  }
  for (let i = 0; i < 3; i++) assert.equal(exports.pushFrame(), STATUS.TOO_MANY_SAMPLES.code);
  ok(exports.finishNetwork(), "finishNetwork");
  assertSame("logits", instance.answer().logits, alone.logits);
});

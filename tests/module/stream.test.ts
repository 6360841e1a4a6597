/** A stream: every build against the reference, to the bit, in pieces of any size, and what its states and refusals are. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { AnswerExports, StreamExports } from "../../ts-tools/abi/exports.js";
import { type InputFormat, STATUS } from "../../ts-tools/abi/status.js";
import { STREAM_ANSWER, STREAM_EVENT } from "../../ts-tools/abi/stream.js";
import { type StreamAnswer, type StreamSettings, streamAnswers } from "../reference/stream.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import { Random } from "../support/random.js";
import { noise, voice } from "../support/sounds.js";
import { buildPlan } from "./built_model.js";
import { ANSWER_RULES, type Case, NARROW, PATH_CASES } from "./cases.js";
import { assertSame } from "./compare.js";
import { frameBytes, Instance, ok, plainSound, type Sound } from "./instance.js";
import { instancesOf } from "./instances.js";
import { encode } from "./random_sounds.js";

const FIELDS = Object.keys(STREAM_ANSWER);
const NORMALIZED: Case = {
  ...PATH_CASES.find(({ name }) => name === "path of normalized frames")!,
  name: "stream of normalized frames",
  voice: true,
  rules: { leastSpeechFrames: 20 },
};
/** As the models that ship are: answers over six rows, with everything that is said of them. */
const SHIPPED: Case = {
  ...NORMALIZED,
  name: "stream of a model as it ships",
  frontEnd: { ...NORMALIZED.frontEnd, windowSamples: 48_000 },
  classes: 3,
  acceptThreshold: 0.6,
  rules: { ...ANSWER_RULES, leastSpeechFrames: 20 },
};
const PLAIN = { smoothing: 1, hold: 0 };

type Field = keyof typeof STREAM_ANSWER;
type Record = { [K in Field]: number };

/** Drives the stream of an instance. */
class Stream {
  readonly exports: Instance["exports"] & StreamExports;

  constructor(readonly instance: Instance) {
    this.exports = instance.exports as Instance["exports"] & StreamExports;
  }

  record(): Record {
    const values = this.instance.int32(this.exports.streamAnswer(), FIELDS.length);
    return Object.fromEntries(FIELDS.map((name, index) => [name, values[index]!])) as Record;
  }

  answer(): StreamAnswer {
    const { ANSWERED, STATE, LABEL, ACCEPTED, HEARD, SPEECH, LAST_FRAME, LEVEL } = this.record();
    const { logits, probabilities } = this.instance.answer();
    const { activation } = this.instance.exports as Partial<AnswerExports>;
    return {
      ...(activation && { activation: activation() }),
      answered: ANSWERED,
      state: STATE,
      label: LABEL,
      accepted: ACCEPTED === 1,
      heard: HEARD,
      speech: SPEECH,
      lastFrame: LAST_FRAME,
      level: LEVEL,
      logits,
      probabilities,
    };
  }

  push(bytes: Uint8Array): void {
    this.instance.bytes().set(bytes, this.exports.inputAddress());
    ok(this.exports.pushStream(bytes.length), "pushStream");
  }

  /** All answers to a sound in pieces of a number of frames of all channels; `after` is called after each piece. */
  run(sound: Sound, frames: number, settings: StreamSettings = PLAIN, after: () => void = () => {}): StreamAnswer[] {
    const answers: StreamAnswer[] = [];
    const take = (): void => {
      if (this.exports.streamEvents() & STREAM_EVENT.ANSWER) answers.push(this.answer());
    };
    this.instance.setInput(sound);
    ok(this.exports.setStream(settings.smoothing, settings.hold), "setStream");
    ok(this.exports.startStream(), "startStream");
    const unit = frames * frameBytes(sound);
    for (let at = 0; at < sound.bytes.length; at += unit) {
      this.push(sound.bytes.subarray(at, at + unit));
      after();
      take();
    }
    for (let status = ok(this.exports.finishStream(), "finishStream"); status === 1; status = this.exports.finishStream()) take();
    take();
    return answers;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int16Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** Three people who speak, one after the other: 8 s. */
const SPEECH = Int16Array.from(
  ["anger_15a04Wb", "sadness_14a04Tc", "happiness_16a07Fb"].flatMap((name) => [
    ...readPcmWav(join(repositoryRoot, `examples/emodb/${name}.wav`)),
  ]),
);

function speech(samples: number, from = 0, gain = 1): Int16Array {
  return Int16Array.from({ length: samples }, (_, index) => Math.round(SPEECH[(from + index) % SPEECH.length]! * gain));
}

/** Speech with pauses of every length, in a room that is not silent. */
function talk(seed: number, parts: number): Int16Array {
  const random = new Random(seed);
  const pieces: Int16Array[] = [noise(9000, 8, seed)];
  for (let part = 0; part < parts; part++) {
    const loudness = 10 ** -random.unit();
    const said = speech(4000 + random.integer(0, 50_000), random.integer(0, SPEECH.length), loudness);
    const pause = [300, 4000, 20_000, 47_900, 48_200, 70_000][random.integer(0, 5)]!;
    pieces.push(said, random.unit() < 0.2 ? new Int16Array(pause) : noise(pause, 8, seed + part));
  }
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}

/** The same samples in every channel, as if they had that rate. */
function soundIn(random: Random, samples: Int16Array, format: InputFormat, channels: number, rate: number): Sound {
  const values = Float64Array.from({ length: samples.length * channels }, (_, index) => samples[Math.floor(index / channels)]! / 32768);
  return { name: `${format} x ${channels} at ${rate} Hz`, format, channels, rate, bytes: encode(random, values, format) };
}

/** What the gate of the module says of every frame. */
function gateOf(stream: Stream, samples: Int16Array): boolean[] {
  const frames: boolean[] = [];
  stream.run(plainSound("frames", samples), 256, PLAIN, () => {
    const { FRAMES, SPEAKING } = stream.record();
    if (FRAMES > frames.length) frames.push(SPEAKING === 1);
  });
  return frames;
}

function assertAnswers(name: string, actual: readonly StreamAnswer[], expected: readonly StreamAnswer[]): void {
  for (const [index, answer] of expected.entries()) {
    const { logits, probabilities, ...rest } = answer;
    const got = actual[index];
    assert.ok(got, `${name}: ${actual.length} answers instead of ${expected.length}`);
    const { logits: itsLogits, probabilities: itsProbabilities, ...itsRest } = got;
    assert.deepEqual(itsRest, rest, `${name}: answer ${index}`);
    assertSame(`${name}: logits of answer ${index}`, itsLogits, logits);
    assertSame(`${name}: probabilities of answer ${index}`, itsProbabilities, probabilities);
  }
}

for (const plan of [NORMALIZED, SHIPPED, { ...NARROW, name: "stream of a narrow model" }]) {
  test(`${plan.name}: every build answers as the reference`, async (t) => {
    const built = await buildPlan(plan);
    const builds = await instancesOf(built);
    let answers = 0;
    const states = new Set<number>();
    for (const [seed, settings] of [
      [1, PLAIN],
      [2, { smoothing: 3, hold: 2 }],
    ] as const) {
      const samples = talk(seed, 9);
      // Finishing is as if silence followed, until all speech has been answered.
      const followed = Int16Array.from([...samples, ...new Int16Array(64_000)]);
      const gate = gateOf(new Stream(builds[0]![1]), followed);
      const expected = streamAnswers(followed, gate, built, settings);
      for (const [build, instance] of builds) {
        const actual = new Stream(instance).run(plainSound("talk", samples), 256, settings);
        assertAnswers(build, actual, expected.slice(0, actual.length));
        const end = actual.at(-1)!.answered;
        assert.ok(end >= gate.lastIndexOf(true) + 1 + 35 && end - actual.at(-2)!.answered <= 44, `${build}: speech that was not answered`);
      }
      answers += expected.length;
      for (const { state } of expected) states.add(state);
    }
    t.diagnostic(`${answers} answers, states ${[...states].sort()}`);
    assert.deepEqual([...states].sort(), [0, 1, 2]);
  });
}

test("pieces of any size, formats, rates and channels: the same bits", async (t) => {
  const built = await buildPlan(NORMALIZED);
  const random = new Random(5);
  let answers = 0;
  for (const sound of [
    plainSound("int16 at 16 kHz", talk(3, 4)),
    soundIn(random, talk(4, 3), "f32", 2, 44100),
    soundIn(random, talk(5, 1), "mulaw", 1, 8000),
  ]) {
    const expected = new Stream(await Instance.create(built.embedded)).run(sound, 64);
    answers += expected.length;
    for (const [build, instance] of await instancesOf(built)) {
      const most = Math.floor(instance.exports.inputCapacity() / frameBytes(sound));
      for (const frames of [1, 3, random.integer(4, most), most])
        assertAnswers(`${build}, ${sound.name}, pieces of ${frames}`, new Stream(instance).run(sound, frames), expected);
    }
  }
  t.diagnostic(`${answers} answers`);
});

test("speech that does not end: counters are moved back, builds agree, and the count of frames may wrap around", async (t) => {
  const built = await buildPlan({ ...NORMALIZED, name: "endless stream", rules: {}, voice: false });
  const builds = await instancesOf(built);
  // 420 rows of the last layer or fewer bring every ring back to where it was.
  const second = speech(16_000, 4000);
  const seconds = 250;
  const results = builds.map(([, instance]) => {
    const stream = new Stream(instance);
    instance.setInput(plainSound("endless", second));
    ok(stream.exports.startStream(), "startStream");
    stream.push(bytesOf(noise(400, 8)));
    // 2^32 frames are 795 days: the count begins a minute before.
    const record = new Int32Array(instance.exports.memory.buffer, stream.exports.streamAnswer(), FIELDS.length);
    record[FIELDS.indexOf("FRAMES")] = -3750;
    const answers: StreamAnswer[] = [];
    for (let index = 0; index < seconds; index++) {
      const loud = second.map((sample) => Math.round(sample * (1 + (index % 7)) * 0.2));
      for (let at = 0; at < loud.length; at += 500) {
        stream.push(bytesOf(loud.subarray(at, at + 500)));
        if (stream.exports.streamEvents() & STREAM_EVENT.ANSWER) answers.push(stream.answer());
      }
    }
    return answers;
  });
  const [first] = results;
  t.diagnostic(`${first!.length} answers, ${new Set(first!.map(({ logits }) => logits.join())).size} different ones`);
  assert.ok(first!.length > 430);
  assert.ok(first!.some(({ answered }) => answered < 0) && first!.some(({ answered }) => answered > 0));
  for (const answers of results) assertAnswers("endless", answers, first!);
  // The counters have been moved back in every build by then, and the reference has none.
  const sound = Int16Array.from(Array.from({ length: 30 }, () => [...second]).flat());
  const stream = new Stream(builds[0]![1]);
  const short = streamAnswers(sound, gateOf(stream, sound), built, PLAIN);
  assertAnswers("15 s against the reference", stream.run(plainSound("", sound), 256).slice(0, short.length), short);
});

test("states, events and their order: listening, speech begins, answers, speech ends, listening", async () => {
  const built = await buildPlan({ ...NORMALIZED, name: "stream that accepts all", rules: {}, voice: false, acceptThreshold: 0 });
  const stream = new Stream(await Instance.create(built.embedded));
  const sound = Int16Array.from([...noise(20_000, 8), ...speech(24_000), ...noise(90_000, 8)]);
  const seen: string[] = [];
  stream.instance.setInput(plainSound("", sound));
  ok(stream.exports.startStream(), "startStream");
  for (let at = 0; at < sound.length; at += 256) {
    stream.push(bytesOf(sound.subarray(at, at + 256)));
    const events = stream.exports.streamEvents();
    assert.equal(stream.exports.streamEvents(), 0, "reading clears");
    if (events & STREAM_EVENT.SPEECH_BEGAN) seen.push("began");
    if (events & STREAM_EVENT.SPEECH_ENDED) seen.push("ended");
    if (events & STREAM_EVENT.ANSWER) seen.push(["listening", "uncertain", "label"][stream.record().STATE]!);
  }
  const order = seen.filter((name, index) => name !== seen[index - 1]);
  assert.deepEqual(order, ["listening", "began", "label", "ended", "label", "listening"]);
  assert.equal(stream.exports.finishStream(), 0);
  assert.equal(stream.exports.pushStream(2), STATUS.NOT_STARTED.code);
});

test("a first answer comes 54 frames after speech was noticed, the others 32 apart until speech ends, and so after a rest", async () => {
  const built = await buildPlan(SHIPPED);
  const stream = new Stream(await Instance.create(built.embedded));
  const sound = Int16Array.from([...noise(20_000, 8), ...speech(60_000), ...new Int16Array(90_000), ...speech(60_000, 30_000)]);
  const began: number[] = [];
  const answers = stream.run(plainSound("", sound), 256, PLAIN, () => {
    const { SPEAKING, CHANGED } = stream.record();
    if (SPEAKING === 1 && CHANGED !== began.at(-1)) began.push(CHANGED);
  });
  const spoken = answers.filter(({ speech }) => speech > 0).map(({ answered }) => answered);
  const wakes = began.filter((frame) => answers.find(({ answered }) => answered > frame)!.heard <= 32);
  assert.equal(wakes.length, 2, `${began}`);
  for (const frame of wakes) {
    const first = spoken.findIndex((answered) => answered > frame);
    for (let index = 0; index < 3; index++) assert.equal(spoken[first + index], frame + 54 + 32 * index, `answer ${index}`);
  }
});

test("the network is up to date while somebody speaks, and 12 frames behind the gate after that", async (t) => {
  const built = await buildPlan(SHIPPED);
  const stream = new Stream(await Instance.create(built.embedded));
  const ages = new Map<number, number>();
  const gaps = new Set<number>();
  let [quiet, before] = [0, 0];
  stream.run(plainSound("talk", talk(12, 14)), 256, PLAIN, () => {
    const { ANSWERED, FRAMES, LAST_FRAME, SPEAKING, CHANGED, HEARD } = stream.record();
    quiet = SPEAKING ? 0 : FRAMES - CHANGED + 1;
    if (ANSWERED !== FRAMES || ANSWERED === before) return;
    const age = ANSWERED - LAST_FRAME;
    if (HEARD > 32) gaps.add(ANSWERED - before);
    before = ANSWERED;
    if (HEARD === 0) assert.equal(age, 0);
    else if (quiet >= 12) assert.equal(age, 47);
    else if (SPEAKING && FRAMES - CHANGED >= 12) assert.equal(age, 35);
    else assert.ok(age >= 35 && age <= 47, `${age} frames`);
    ages.set(age, (ages.get(age) ?? 0) + 1);
  });
  t.diagnostic(
    `${[...ages].map(([age, count]) => `${count} answers ${age} frames after what they are over`).join(", ")}; ${[...gaps].join(", ")} frames apart`,
  );
  for (const age of [0, 35, 47]) assert.ok(ages.get(age)! > 3, `${age} frames`);
  assert.ok(Math.min(...gaps) >= 20 && Math.max(...gaps) <= 44 && gaps.size > 2, `${[...gaps]}`);
});

test("a person's statistics grow by speech after answers that heard a voice, and by nothing else", async (t) => {
  const built = await buildPlan(SHIPPED);
  const stream = new Stream(await Instance.create(built.embedded));
  const { adaptationFrames, voice: voiceOf } = stream.exports as unknown as { adaptationFrames(): number; voice(): number };
  let heard = false;
  let before = adaptationFrames();
  const grew = { after: 0, without: 0 };
  stream.run(plainSound("talk", talk(11, 14)), 256, PLAIN, () => {
    const frames = adaptationFrames();
    const { ANSWERED, FRAMES, STATE } = stream.record();
    const heardBefore = heard;
    // The network may rest between two answers: it forgets then, and says listening next.
    if (ANSWERED === FRAMES) heard = STATE > 0 && voiceOf() >= 0.5;
    // While the network catches up, one frame may come before an answer and one after it.
    if (frames > before) grew[heardBefore || heard ? "after" : "without"] += frames - before;
    before = frames;
  });
  t.diagnostic(JSON.stringify(grew));
  assert.ok(grew.after > 100);
  assert.equal(grew.without, 0);
});

test("what a stream refuses, and what ends it", async () => {
  const built = await buildPlan(NORMALIZED);
  const { exports } = new Stream(await Instance.create(built.embedded));
  const refused = STATUS.NOT_STARTED.code;
  assert.equal(exports.pushStream(2), refused);
  assert.equal(exports.finishStream(), refused);
  for (const [smoothing, hold] of [
    [0, 0],
    [17, 0],
    [1, -1],
    [1, 65],
    [-(2 ** 31), 2 ** 31 - 1],
  ] as const)
    assert.equal(exports.setStream(smoothing, hold), STATUS.BAD_STREAM.code, `${smoothing}, ${hold}`);
  assert.equal(exports.setStream(16, 64), 0);
  ok(exports.startStream(), "startStream");
  for (const bytes of [-1, 1, 1026, 2 ** 31 - 1]) assert.equal(exports.pushStream(bytes), STATUS.BAD_PIECE.code, `${bytes} bytes`);
  assert.equal(exports.push(2), refused, "push is for sounds that end");
  assert.equal(exports.finish(), refused);
  ok(exports.pushStream(1024), "pushStream");
  ok(exports.start(1_000_000, 100), "start");
  assert.equal(exports.pushStream(2), refused, "another use ends the stream");
  ok(exports.startStream(), "startStream");
  assert.equal(exports.label(), -1);
  assert.equal(exports.finishStream(), 0, "a stream of nothing");
});

test("a window after a stream, and a stream after a window: nothing of the other", async () => {
  const built = await buildPlan(NORMALIZED);
  for (const [build, instance] of await instancesOf(built)) {
    const window = plainSound("window", voice(5000, 16000, 9));
    const talking = plainSound("talk", talk(8, 2));
    const alone = instance.classify(window);
    const answers = new Stream(instance).run(talking, 100);
    assertSame(`${build}: window`, instance.classify(window).logits, alone.logits);
    assertAnswers(`${build}: stream`, new Stream(instance).run(talking, 100), answers);
  }
});

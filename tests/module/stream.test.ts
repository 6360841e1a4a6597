/** A stream: every build against the reference, to the bit, in pieces of any size, and what its states and refusals are. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { StreamExports } from "../../ts-tools/abi/exports.js";
import { STATUS } from "../../ts-tools/abi/status.js";
import { STREAM_ANSWER, STREAM_EVENT } from "../../ts-tools/abi/stream.js";
import { type StreamAnswer, type StreamSettings, streamAnswers } from "../reference/stream.js";
import { Random } from "../support/random.js";
import { noise, voice } from "../support/sounds.js";
import { type BuiltModel, buildPlan } from "./built_model.js";
import { type Case, NARROW, PATH_CASES } from "./cases.js";
import { assertSame } from "./compare.js";
import { Instance, ok, plainSound, type Sound } from "./instance.js";
import { instancesOf } from "./instances.js";

const FIELDS = Object.keys(STREAM_ANSWER);
const NORMALIZED: Case = { ...PATH_CASES.find(({ name }) => name === "path of normalized frames")!, name: "stream of normalized frames", voice: true, rules: { leastSpeechFrames: 20 } };
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
    const { ANSWERED, STATE, LABEL, ACCEPTED, HEARD, SPEECH, LEVEL } = this.record();
    const { logits, probabilities } = this.instance.answer();
    return { answered: ANSWERED, state: STATE, label: LABEL, accepted: ACCEPTED === 1, heard: HEARD, speech: SPEECH, level: LEVEL, logits, probabilities };
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
    const unit = sound.bytes.length / Math.max(1, this.instance.length(sound)) > 0 ? frames * sound.channels * bytesOfSample(sound) : 0;
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

const bytesOfSample = ({ format }: Sound): number => ({ u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8, mulaw: 1, alaw: 1 })[format];

/** Voices with pauses of every length among them, in a room that is not silent. */
function talk(seed: number, parts: number): Int16Array {
  const random = new Random(seed);
  const pieces: Int16Array[] = [noise(9000, 8, seed)];
  for (let part = 0; part < parts; part++) {
    const loudness = 10 ** -random.unit();
    const said = voice(4000 + Math.floor(50_000 * random.unit()), 16000, seed + part).map((sample) => Math.round(sample * loudness));
    const pause = [300, 4000, 20_000, 47_900, 48_200, 70_000][random.integer(0, 5)]!;
    pieces.push(said, random.unit() < 0.2 ? new Int16Array(pause) : noise(pause, 8, seed + part));
  }
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}

/** What the gate of the module says of every frame, with the zeros that finishing adds. */
function gateOf(stream: Stream, samples: Int16Array): { padded: Int16Array; speech: boolean[] } {
  const speech: boolean[] = [];
  stream.run(plainSound("frames", samples), 256, PLAIN, () => {
    const { FRAMES, SPEAKING } = stream.record();
    if (FRAMES > speech.length) speech.push(SPEAKING === 1);
  });
  return { padded: samples, speech };
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

for (const plan of [NORMALIZED, { ...NARROW, name: "stream of a narrow model" }]) {
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
      const { speech } = gateOf(new Stream(builds[0]![1]), samples);
      const expected = streamAnswers(samples, speech, built, settings);
      for (const [build, instance] of builds) {
        const actual = new Stream(instance).run(plainSound("talk", samples), 256, settings);
        assertAnswers(build, actual, expected);
        assert.ok(actual.length - expected.length <= 3, `${build}: more answers at the end than frames on their way have`);
      }
      answers += expected.length;
      for (const { state } of expected) states.add(state);
    }
    t.diagnostic(`${answers} answers, states ${[...states].sort()}`);
    assert.deepEqual([...states].sort(), plan === NORMALIZED ? [0, 1, 2] : [0, 1, 2]);
  });
}

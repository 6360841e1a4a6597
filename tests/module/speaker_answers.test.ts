/** A speaker's mean answer: every build against the reference, to the bit. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { AdaptationExports, AnswerExports } from "../../ts-tools/abi/exports.js";
import { ADAPTATION_STATUS } from "../../ts-tools/abi/status.js";
import { Recognizer } from "../../ts-tools/runtime/recognizer.js";
import { classifyWindow, type WindowResult } from "../reference/classify.js";
import { decodeMono } from "../reference/decode.js";
import type { Speaker } from "../reference/mfcc.js";
import { noStatistics } from "../reference/normalization.js";
import { indexOfLargest, scoresOf, softmaxOf } from "../reference/probabilities.js";
import { resample } from "../reference/resample.js";
import { correctScores } from "../reference/speaker_answers.js";
import { windowStarts } from "../reference/windows.js";
import { type BlobParts, blobOf, parseBlob, withChecksum } from "../support/adaptation.js";
import { Random } from "../support/random.js";
import { noise, voice } from "../support/sounds.js";
import { type BuiltModel, buildPlan } from "./built_model.js";
import { mfccInputs, PATH_CASES, soundInputs } from "./cases.js";
import { assertSame } from "./compare.js";
import { type Answer, Instance, ok, plainSound, type Sound } from "./instance.js";
import { instancesOf } from "./instances.js";
import { loadStatistics, saveStatistics } from "./statistics.js";

const PLAN = PATH_CASES.find(({ rules }) => rules?.speakerAnswers)!;
const RULES = PLAN.rules!;
const CLASSES = PLAN.classes;
/** Of a front end of 13 coefficients and a network of 3 classes. */
const BYTES = 20 + 4 * 13 + 8 + 4 * 3;
const { code: DAMAGED } = ADAPTATION_STATUS.ADAPTATION_DAMAGED;
const { code: OTHER } = ADAPTATION_STATUS.ADAPTATION_OF_OTHER_MODEL;

type Exports = AdaptationExports & Required<AnswerExports>;
const more = ({ exports }: Instance): Exports => exports as unknown as Exports;

let built: BuiltModel;
let builds: [string, Instance][];
before(async () => {
  built = await buildPlan(PLAN);
  builds = await instancesOf(built);
});

const parse = (blob: Uint8Array): Required<BlobParts> => parseBlob(blob, CLASSES) as Required<BlobParts>;

const nobody = (): Speaker & Required<Pick<Speaker, "learned" | "learnedAnswer">> => ({
  learned: noStatistics(PLAN.frontEnd.coefficients),
  learnedAnswer: { mean: new Float32Array(CLASSES), weight: 0 },
});

function reference(sound: Sound, speaker: Speaker = {}): WindowResult {
  const samples = resample(decodeMono(sound.bytes, sound.format, sound.channels), sound.rate, 16000);
  return classifyWindow(samples, built.model, built.frontEnd, built.acceptThreshold, speaker, RULES);
}

function assertAnswer(name: string, instance: Instance, answer: Answer, expected: WindowResult): void {
  assertSame(`${name}: logits`, answer.logits, expected.logits);
  assertSame(`${name}: probabilities`, answer.probabilities, expected.probabilities);
  assert.deepEqual([answer.label, answer.accepted], [expected.label, expected.accepted], name);
  assert.deepEqual({ activation: more(instance).activation(), valence: more(instance).valence() }, expected.dimensions, name);
}

function assertAnswerStatistics(name: string, blob: Uint8Array, { learned, learnedAnswer }: ReturnType<typeof nobody>): void {
  const { frames, mean, answer } = parse(blob);
  assert.deepEqual([blob.length, frames, answer.weight], [BYTES, learned.frames, learnedAnswer.weight], name);
  assertSame(`${name}: mean`, mean, learned.mean);
  assertSame(`${name}: mean answer`, answer.mean, learnedAnswer.mean);
}

test("the mean answer grows as the reference's; it has no effect until it is loaded, and then on everything that is said", (t) => {
  const sounds = [...soundInputs({ ...PLAN, seed: 63, inputs: 40 })];
  for (const [build, instance] of builds) {
    more(instance).adaptationReset();
    const speaker = nobody();
    let [changed, learnedNothing] = [0, 0];
    const check = (sound: Sound): void => {
      const before = speaker.learnedAnswer.weight;
      const expected = reference(sound, speaker);
      assertAnswer(`${build}, ${sound.name}`, instance, instance.classify(sound, 333), expected);
      assertAnswerStatistics(`${build}, ${sound.name}`, saveStatistics(instance), speaker);
      if (speaker.learnedAnswer.weight === before) learnedNothing++;
      if (expected.probabilities.join() !== reference(sound, { carried: speaker.carried }).probabilities.join()) changed++;
    };
    const loadAgain = (): void => {
      ok(loadStatistics(instance, saveStatistics(instance)), "adaptationLoad");
      speaker.carried = speaker.learned.mean.slice();
      speaker.carriedAnswer = { mean: speaker.learnedAnswer.mean.slice(), weight: speaker.learnedAnswer.weight };
    };
    assertAnswerStatistics("at the start", saveStatistics(instance), speaker);
    sounds.slice(0, 20).forEach(check);
    assert.equal(changed, 0, "nothing was loaded");
    assert.ok(speaker.learnedAnswer.weight > 2 && learnedNothing > 0, `${speaker.learnedAnswer.weight}, ${learnedNothing}`);
    loadAgain();
    sounds.slice(20).forEach(check);
    assert.ok(changed > 15, `the correction changes ${changed} of 20 answers`);
    loadAgain();
    sounds.slice(0, 5).forEach(check);
    t.diagnostic(`${build}: ${changed} answers changed, ${learnedNothing} segments without enough speech`);
    more(instance).adaptationReset();
    assertAnswer(`${build}, forgotten`, instance, instance.classify(sounds[7]!), reference(sounds[7]!));
  }
});

test("the network alone is corrected, and teaches nothing", () => {
  for (const [build, instance] of builds) {
    more(instance).adaptationReset();
    for (let seed = 1; seed < 6; seed++) instance.classify(plainSound("voice", voice(2571, 16000, seed)));
    const blob = saveStatistics(instance);
    ok(loadStatistics(instance, blob), "adaptationLoad");
    const { answer } = parse(blob);
    for (const mfcc of mfccInputs(built, { ...PLAN, inputs: 10 })) {
      const found = instance.network(mfcc);
      const scores = correctScores(scoresOf(found.logits, built.model.dense.logitScale), RULES.speakerAnswers!, answer);
      assertSame(build, found.probabilities, softmaxOf(scores));
      assert.equal(found.label, indexOfLargest(scores));
    }
    assert.deepEqual(saveStatistics(instance), blob);
  }
});

test("any mean that can be loaded gives probabilities, the reference's", () => {
  const random = new Random(64);
  const [mfcc] = mfccInputs(built, PLAN);
  for (const [build, instance] of builds) {
    more(instance).adaptationReset();
    const parts = parse(saveStatistics(instance));
    let relabeled = 0;
    for (let trial = 0; trial < 300; trial++) {
      const size = 10 ** random.between(-6, 7);
      const mean = Float32Array.from({ length: CLASSES }, () => random.between(-size, trial % 4 === 0 ? size : 0));
      const answer = { network: parts.answer.network, weight: trial % 9 === 0 ? 0 : Math.fround(10 ** random.between(-3, 7)), mean };
      ok(loadStatistics(instance, blobOf({ ...parts, answer })), "adaptationLoad");
      const found = instance.network(mfcc!);
      const scores = correctScores(scoresOf(found.logits, built.model.dense.logitScale), RULES.speakerAnswers!, answer);
      assertSame(`${build}: ${mean}`, found.probabilities, softmaxOf(scores));
      assert.ok(found.probabilities.every((value) => value >= 0 && value <= 1));
      assert.equal(found.label, indexOfLargest(scores));
      if (found.label !== indexOfLargest(found.logits)) relabeled++;
    }
    assert.ok(relabeled > 30 && relabeled < 270, `${relabeled} of 300 labels changed`);
    more(instance).adaptationReset();
  }
});

test("damaged statistics are refused and change nothing: every bit, every length, impossible numbers, another network", async () => {
  const sound = plainSound("voice", voice(2571));
  const sibling = await Instance.create((await buildPlan({ ...PLAN, name: "another network", seed: 98 }, "embedded")).embedded);
  const { speakerAnswers: _, ...rest } = RULES;
  const without = await Instance.create((await buildPlan({ ...PLAN, name: "no mean answer", rules: rest }, "embedded")).embedded);
  for (const other of [sibling, without]) other.classify(sound);
  for (const [build, instance] of builds) {
    more(instance).adaptationReset();
    for (let seed = 1; seed < 6; seed++) instance.classify(plainSound("voice", voice(2571, 16000, seed)));
    ok(loadStatistics(instance, saveStatistics(instance)), "adaptationLoad");
    const good = saveStatistics(instance);
    const expected = instance.classify(sound);
    ok(loadStatistics(instance, good), "adaptationLoad");
    const refused = (name: string, blob: Uint8Array, status: number = DAMAGED): void => {
      assert.equal(loadStatistics(instance, blob), status, `${build}: ${name}`);
      assert.deepEqual(saveStatistics(instance), good, `${build}: ${name}`);
    };
    for (let bit = 0; bit < 8 * good.length; bit++) {
      const blob = good.slice();
      blob[bit >> 3]! ^= 1 << (bit & 7);
      refused(`bit ${bit}`, blob);
    }
    for (let length = 0; length < good.length; length++) {
      refused(`${length} bytes`, good.subarray(0, length));
      if (length > 8) refused(`${length} bytes with the right checksum`, withChecksum(good.subarray(0, length)));
    }
    const parts = parse(good);
    const { answer } = parts;
    assert.deepEqual(blobOf(parts), good);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e30])
      for (let c = 0; c < CLASSES; c++)
        refused(
          `a mean of ${value}`,
          blobOf({ ...parts, answer: { ...answer, mean: answer.mean.map((was, at) => (at === c ? value : was)) } }),
        );
    for (const weight of [Number.NaN, -3, 2e7, Number.POSITIVE_INFINITY])
      refused(`a weight of ${weight}`, blobOf({ ...parts, answer: { ...answer, weight } }));
    refused("an impossible mean of the coefficients", blobOf({ ...parts, mean: parts.mean.with(12, Number.NaN) }));
    refused("another network", blobOf({ ...parts, answer: { ...answer, network: answer.network ^ 1 } }), OTHER);
    refused("another front end", blobOf({ ...parts, frontEnd: parts.frontEnd ^ 1 }), OTHER);
    refused("those of a sibling", saveStatistics(sibling), OTHER);
    refused("those of a model without speakerAnswers", saveStatistics(without));
    assert.equal(loadStatistics(without, good), DAMAGED);
    const again = instance.classify(sound);
    assert.deepEqual(again, expected, build);
  }
});

test("loading, saving and forgetting in the middle of a segment do not change it", () => {
  const samples = voice(2571, 16000, 2);
  for (const [build, instance] of builds) {
    more(instance).adaptationReset();
    for (let seed = 1; seed < 6; seed++) instance.classify(plainSound("voice", voice(2571, 16000, seed)));
    const blob = saveStatistics(instance);
    ok(loadStatistics(instance, blob), "adaptationLoad");
    const expected = instance.classify(plainSound("voice", samples));
    for (const last of [() => ok(loadStatistics(instance, blob), "adaptationLoad"), () => more(instance).adaptationReset()]) {
      ok(loadStatistics(instance, blob), "adaptationLoad");
      ok(instance.exports.start(expected.level, samples.length), "start");
      instance.pushAll(plainSound("voice", samples), 100);
      last();
      ok(instance.exports.finish(), "finish");
      assertSame(`${build}: probabilities`, instance.answer().probabilities, expected.probabilities);
    }
  }
});

test("features, an unfinished segment and one without enough speech teach nothing", () => {
  for (const [, instance] of builds) {
    more(instance).adaptationReset();
    const answers = (): number => parse(saveStatistics(instance)).answer.weight;
    const { level } = instance.classify(plainSound("voice", voice(2571)));
    assert.equal(answers(), 1);
    instance.features(plainSound("voice", voice(2571)), level);
    ok(instance.exports.start(level, 2571), "start");
    instance.pushAll(plainSound("voice", voice(2571)));
    instance.exports.reset();
    instance.classify(plainSound("silence", new Int16Array(2571)));
    const short = Int16Array.from({ length: 2571 }, (_, i) => (i < 200 ? noise(200, 9000)[i]! : 0));
    assert.ok(reference(plainSound("short", short)).mfcc.speechFrames < RULES.speakerAnswers!.leastSpeech);
    instance.classify(plainSound("short", short));
    assert.equal(answers(), 1);
  }
});

test("the API: windows of a long sound are corrected by what was loaded before it, and all are learned", async () => {
  const recognizer = await Recognizer.create(new WebAssembly.Module(built.embedded));
  const sound = voice(9000, 16000, 3);
  const plain = recognizer.classify(sound, { sampleRate: 16000 });
  const saved = recognizer.adaptation!;
  assert.equal(saved.length, BYTES);
  recognizer.adaptation = saved;
  const { mean: carried, answer: carriedAnswer } = parse(saved);
  const corrected = recognizer.classify(sound, { sampleRate: 16000 });
  assert.notDeepEqual(corrected.probabilities, plain.probabilities);
  const { windowSamples } = PLAN.frontEnd;
  const start = windowStarts(sound.length, windowSamples)[1]!;
  const window = sound.slice(start, start + windowSamples);
  const expected = classifyWindow(window, built.model, built.frontEnd, built.acceptThreshold, { carried, carriedAnswer }, RULES);
  assert.deepEqual(Object.values(corrected.segments[1]!.probabilities), [...expected.probabilities]);
  assert.deepEqual(
    recognizer.classify(sound, { sampleRate: 16000 }).probabilities,
    corrected.probabilities,
    "the same after the same load",
  );
  assert.ok(parse(recognizer.adaptation!).answer.weight > carriedAnswer.weight);
});

/** A front end with a running mean, and a speaker's statistics: every build against the reference, to the bit. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { ADAPTATION_EXPORTS, EXPORTS, STREAM_EXPORTS } from "../../ts-tools/abi/exports.js";
import { ADAPTATION_STATUS, STATUS } from "../../ts-tools/abi/status.js";
import type { FrontEnd } from "../../ts-tools/model/model_types.js";
import { classifyWindow } from "../reference/classify.js";
import { decodeMono } from "../reference/decode.js";
import { applyLevel } from "../reference/level.js";
import { melBins, melFilterBank } from "../reference/mel.js";
import { cepstrum, logMel, mfccMatrix } from "../reference/mfcc.js";
import { noStatistics, type SpeakerStatistics } from "../reference/normalization.js";
import { resample } from "../reference/resample.js";
import { magnitudeSpectrum } from "../reference/spectrum.js";
import { blobOf, parseBlob, withChecksum } from "../support/adaptation.js";
import { NORMALIZED_FRONT_END, normalizationOf } from "../support/normalization.js";
import { Random } from "../support/random.js";
import { noise, voice } from "../support/sounds.js";
import { type BuiltModel, buildPlan, type ModelPlan } from "./built_model.js";
import { PATH_CASES, soundInputs } from "./cases.js";
import { assertSame } from "./compare.js";
import { Instance, ok, plainSound, type Sound } from "./instance.js";
import { instancesOf } from "./instances.js";
import { adaptationOf, loadStatistics, saveStatistics } from "./statistics.js";

const { code: DAMAGED } = ADAPTATION_STATUS.ADAPTATION_DAMAGED;
const { code: OTHER } = ADAPTATION_STATUS.ADAPTATION_OF_OTHER_MODEL;

const PLANS = PATH_CASES.filter(({ frontEnd }) => frontEnd.normalization);
const PLAN = PLANS[0]!;
const models = new Map<ModelPlan, { built: BuiltModel; builds: [string, Instance][] }>();

before(async () => {
  for (const plan of PLANS) {
    const built = await buildPlan(plan);
    models.set(plan, { built, builds: await instancesOf(built) });
  }
});

const namesOf = (functions: Record<string, unknown>): string[] => [...Object.keys(functions), "memory"].sort();

function samplesOf(sound: Sound): Int16Array {
  return resample(decodeMono(sound.bytes, sound.format, sound.channels), sound.rate, 16000);
}

function assertStatistics(name: string, blob: Uint8Array, expected: SpeakerStatistics, classes: number): void {
  const { frames, weight, mean } = parseBlob(blob, classes);
  assert.deepEqual({ frames, weight }, { frames: expected.frames, weight: expected.weight }, name);
  assertSame(`${name}: mean`, mean, expected.mean);
}

test("a module that normalizes has the exports of the adaptation, and no other module has them", async () => {
  for (const [, { exports }] of models.get(PLAN)!.builds)
    assert.deepEqual(Object.keys(exports).sort(), namesOf({ ...EXPORTS, ...ADAPTATION_EXPORTS, ...STREAM_EXPORTS }));
  const { exports } = await Instance.create((await buildPlan(PATH_CASES[0]!)).embedded);
  assert.deepEqual(Object.keys(exports).sort(), namesOf({ ...EXPORTS, ...STREAM_EXPORTS }));
});

test("a front end whose frames the voice gate does not know has no stream", async () => {
  const { exports } = await Instance.create((await buildPlan(PATH_CASES[1]!)).embedded);
  assert.deepEqual(Object.keys(exports).sort(), namesOf(EXPORTS));
});

for (const plan of PLANS) {
  test(`${plan.name}: the stages leave the coefficients as the DCT makes them`, () => {
    const { frontEnd } = plan;
    const frame = noise(frontEnd.frameSamples, 30000);
    const mel = logMel(melFilterBank(magnitudeSpectrum(frame), melBins(frontEnd), frontEnd.melBands), frontEnd);
    const expected = cepstrum(mel, frontEnd);
    assert.ok(expected.some((value) => Math.abs(value) > frontEnd.clip));
    for (const [build, { exports }] of models.get(plan)!.builds) {
      new Int16Array(exports.memory.buffer, exports.frameAddress(), frame.length).set(frame);
      exports.stageSpectrum();
      exports.stageMel();
      exports.stageMfcc();
      assertSame(build, new Float32Array(exports.memory.buffer, exports.mfccAddress(), frontEnd.coefficients).slice(), expected);
    }
  });

  test(`${plan.name}: features, whole and in odd pieces, of loud, quiet and silent sound`, () => {
    const random = new Random(61);
    const { frontEnd } = plan;
    const quiet = Int16Array.from({ length: 4000 }, () => random.integer(-1, 1));
    const mixed = Int16Array.from([...voice(3000), ...new Int16Array(2500), ...quiet, ...noise(3000, 200), ...voice(3000, 16000, 4)]);
    let [silent, learned] = [0, 0];
    for (const [samples, level] of [
      [mixed, 20_000_000],
      [mixed, 300_000],
      [quiet, 32_768_000],
      [new Int16Array(4000), 1000],
      [voice(9000), 0],
    ] as const) {
      const { values } = mfccMatrix(applyLevel(samples, level), { ...frontEnd, windowSamples: samples.length });
      for (let at = 0; at < values.length; at += frontEnd.coefficients) values[at] === -frontEnd.clip ? silent++ : learned++;
      for (const [build, instance] of models.get(plan)!.builds)
        for (const frames of [undefined, 1, 333])
          assertSame(`${build}, pieces of ${frames}`, instance.features(plainSound("mixed", samples), level, frames), values);
    }
    assert.ok(silent > 20 && learned > 20, `${silent} silent frames, ${learned} others`);
  });

  test(`${plan.name}: statistics grow as the reference's, and a segment starts from what was loaded and from nothing else`, () => {
    const { built, builds } = models.get(plan)!;
    const classes = plan.rules?.speakerAnswers ? plan.classes : 0;
    const sounds = [...soundInputs({ ...plan, seed: 62, inputs: 24 })];
    for (const [build, instance] of builds) {
      adaptationOf(instance).adaptationReset();
      const learned = noStatistics(plan.frontEnd.coefficients);
      let carried: Float32Array | undefined;
      const check = (sound: Sound): void => {
        const expected = classifyWindow(samplesOf(sound), built.model, plan.frontEnd, 0, { carried, learned });
        assertSame(`${build}, ${sound.name}: logits`, instance.classify(sound, 333).logits, expected.logits);
        assertStatistics(`${build}, ${sound.name}`, saveStatistics(instance), learned, classes);
        assert.equal(adaptationOf(instance).adaptationFrames(), learned.frames);
      };
      assertStatistics("at the start", saveStatistics(instance), learned, classes);
      sounds.slice(0, 12).forEach(check);
      assert.ok(learned.frames > 50, `${learned.frames} frames`);
      // What was learned has no effect until it is loaded; then it has.
      const blob = saveStatistics(instance);
      const before = classifyWindow(samplesOf(sounds[5]!), built.model, plan.frontEnd);
      assertSame("nothing is left of earlier segments", instance.classify(sounds[5]!).logits, before.logits);
      assert.equal(loadStatistics(instance, blob), STATUS.OK.code);
      carried = parseBlob(blob, classes).mean;
      const loaded = classifyWindow(samplesOf(sounds[5]!), built.model, plan.frontEnd, 0, { carried });
      assert.notDeepEqual(loaded.logits, before.logits);
      sounds.slice(12).forEach(check);
      assert.deepEqual(loadStatistics(instance, saveStatistics(instance)), STATUS.OK.code);
      carried = learned.mean.slice();
      sounds.slice(0, 3).forEach(check);
    }
  });
}

test("the same statistics in every build, which take each other's", () => {
  const sound = plainSound("voice", voice(6000));
  const blobs = models.get(PLAN)!.builds.map(([, instance]) => {
    adaptationOf(instance).adaptationReset();
    instance.classify(sound);
    return saveStatistics(instance);
  });
  for (const blob of blobs) assert.deepEqual(blob, blobs[0]);
  for (const [, instance] of models.get(PLAN)!.builds) assert.equal(loadStatistics(instance, blobs[1]!), 0);
});

test("statistics are what the documentation says: magic, checksum, hash of the front end, frames, weight, mean", () => {
  const instance = models.get(PLAN)!.builds[0]![1];
  instance.classify(plainSound("voice", voice(6000)));
  const blob = saveStatistics(instance);
  assert.equal(blob.length, 180);
  assert.equal(new TextDecoder().decode(blob.subarray(0, 4)), "LSA1");
  assert.deepEqual(withChecksum(blob), blob);
  assert.deepEqual(blobOf(parseBlob(blob)), blob);
});

test("statistics without a frame of speech are as none", () => {
  const { builds } = models.get(PLAN)!;
  const sound = plainSound("voice", voice(6000));
  for (const [, instance] of builds) {
    adaptationOf(instance).adaptationReset();
    const empty = saveStatistics(instance);
    const expected = instance.classify(sound).logits;
    assert.equal(loadStatistics(instance, empty), 0);
    assertSame("logits", instance.classify(sound).logits, expected);
    adaptationOf(instance).adaptationReset();
    assert.deepEqual(saveStatistics(instance), empty);
  }
});

test("damaged statistics are refused and change nothing: every bit, every length, impossible numbers", () => {
  const sound = plainSound("voice", voice(6000));
  for (const [build, instance] of models.get(PLAN)!.builds) {
    adaptationOf(instance).adaptationReset();
    instance.classify(plainSound("another voice", voice(6000, 16000, 5)));
    ok(loadStatistics(instance, saveStatistics(instance)), "adaptationLoad");
    const good = saveStatistics(instance);
    const expected = instance.classify(sound).logits;
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
    for (let length = 0; length < good.length; length++) refused(`${length} bytes`, good.subarray(0, length));
    const longer = new Uint8Array(1024);
    longer.set(good);
    for (const length of [181, 184, 1024]) {
      refused(`${length} bytes`, longer.subarray(0, length));
      refused(`${length} bytes with the right checksum`, withChecksum(longer.subarray(0, length)));
    }
    assert.equal(adaptationOf(instance).adaptationLoad(-1), DAMAGED);
    assert.equal(adaptationOf(instance).adaptationLoad(1025), DAMAGED);
    assert.equal(adaptationOf(instance).adaptationLoad(2 ** 31 - 1), DAMAGED);
    const parts = parseBlob(good);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e30]) {
      const mean = parts.mean.slice();
      mean[39] = value;
      refused(`a mean of ${value}`, blobOf({ ...parts, mean }));
    }
    for (const weight of [Number.NaN, 2e7, Number.POSITIVE_INFINITY, -1e-30, -1 / (1 - 1 / 512)])
      refused(`a weight of ${weight}`, blobOf({ ...parts, weight }));
    refused("a negative count", blobOf({ ...parts, frames: -1 }));
    refused("another front end", blobOf({ ...parts, frontEnd: parts.frontEnd ^ 1 }), OTHER);
    assertSame(`${build}: logits`, instance.classify(sound).logits, expected);
    assert.equal(loadStatistics(instance, blobOf({ ...parts, frames: 2 ** 31 - 1 })), 0);
    instance.classify(sound);
    assert.equal(adaptationOf(instance).adaptationFrames(), 2 ** 31 - 1, "the count stays at its largest");
  }
});

test("statistics of a model with another front end are refused", async () => {
  const instance = models.get(PLAN)!.builds[0]![1];
  instance.classify(plainSound("voice", voice(6000)));
  const blob = saveStatistics(instance);
  const others: Record<string, FrontEnd> = {
    "another mean": { ...PLAN.frontEnd, normalization: normalizationOf(40, { mean: new Array(40).fill(0) }) },
    "another floor": { ...PLAN.frontEnd, logFloor: 2e-6 },
    "other coefficients": { ...PLAN.frontEnd, coefficients: 30, normalization: normalizationOf(30) },
  };
  for (const [name, frontEnd] of Object.entries(others)) {
    const other = await Instance.create((await buildPlan({ ...PLAN, name, frontEnd }, "embedded")).embedded);
    assert.equal(loadStatistics(other, blob), frontEnd.coefficients === 40 ? OTHER : DAMAGED, name);
    other.classify(plainSound("voice", voice(6000)));
    assert.equal(loadStatistics(instance, saveStatistics(other)), frontEnd.coefficients === 40 ? OTHER : DAMAGED, name);
  }
  // The network may be another one: both have the same front end.
  const sibling = await Instance.create((await buildPlan({ ...PLAN, name: "sibling", seed: 99 }, "embedded")).embedded);
  assert.equal(loadStatistics(sibling, blob), 0);
});

test("loading, saving and forgetting in the middle of a segment do not change it", () => {
  const { builds } = models.get(PLAN)!;
  const samples = voice(6000, 16000, 2);
  for (const [build, instance] of builds) {
    adaptationOf(instance).adaptationReset();
    const expected = instance.classify(plainSound("voice", samples));
    const blob = saveStatistics(instance);
    let step = 0;
    ok(instance.exports.start(expected.level, samples.length), "start");
    instance.pushAll(plainSound("voice", samples), 100, () => {
      if (step % 3 === 0) ok(loadStatistics(instance, blob), "adaptationLoad");
      else if (step % 3 === 1) adaptationOf(instance).adaptationReset();
      else saveStatistics(instance);
      step++;
    });
    ok(instance.exports.finish(), "finish");
    assertSame(`${build}: logits`, instance.answer().logits, expected.logits);
  }
});

test("the largest mean that fits the input", async () => {
  const coefficients = 250;
  const frontEnd = {
    ...NORMALIZED_FRONT_END,
    windowSamples: 2400,
    melBands: 256,
    coefficients,
    normalization: normalizationOf(coefficients),
  };
  const built = await buildPlan({ ...PLAN, name: "250 coefficients", widths: [4, 4, 4, 4, 4, 4, 4, 4], frontEnd });
  const sound = plainSound("voice", voice(2400));
  for (const [build, instance] of await instancesOf(built)) {
    instance.classify(sound);
    const blob = saveStatistics(instance);
    assert.ok(blob.length <= instance.exports.inputCapacity());
    ok(loadStatistics(instance, blob), "adaptationLoad");
    const expected = classifyWindow(samplesOf(sound), built.model, frontEnd, 0, { carried: parseBlob(blob).mean });
    assertSame(build, instance.classify(sound).logits, expected.logits);
  }
});

/** The stages one by one, the conversion and the front end alone: against the reference, to the bit. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { EXPORTS, STREAM_EXPORTS } from "../../ts-tools/abi/exports.js";
import { hasStream } from "../../ts-tools/model/front_end.js";
import { applyLevel } from "../reference/level.js";
import { melBins, melFilterBank } from "../reference/mel.js";
import { cepstrum, frameCount, logMel, mfccMatrix } from "../reference/mfcc.js";
import { resample } from "../reference/resample.js";
import { magnitudeSpectrum } from "../reference/spectrum.js";
import { Random } from "../support/random.js";
import { noise, square, voice } from "../support/sounds.js";
import { type BuiltModel, buildPlan } from "./built_model.js";
import { type Case, PATH_CASES } from "./cases.js";
import { assertSame } from "./compare.js";
import { type Instance, plainSound } from "./instance.js";
import { instancesOf } from "./instances.js";

const PLANS = PATH_CASES.slice(0, 2);
const modules = new Map<Case, { built: BuiltModel; instance: Instance; builds: [string, Instance][] }>();

before(async () => {
  for (const plan of PLANS) {
    const built = await buildPlan(plan);
    const builds = await instancesOf(built);
    modules.set(plan, { built, instance: builds[0]![1], builds });
  }
});

/** Frames of sound: loud, quiet, constant, a single sample. */
function frames(length: number): Int16Array[] {
  const random = new Random(51);
  const made = Array.from({ length: 120 }, (_, i) => noise(length, Math.floor(10 ** random.between(0, 4.515)), i + 1));
  const spike = new Int16Array(length);
  spike[length >> 1] = 1;
  return [...made, voice(length), square(length, 1), square(length, 7), new Int16Array(length).fill(-32768), spike, new Int16Array(length)];
}

for (const plan of PLANS) {
  test(`${plan.name}: spectrum, mel and MFCC of a frame, in every build`, () => {
    const { frontEnd } = plan;
    const bins = melBins(frontEnd);
    for (const frame of frames(frontEnd.frameSamples)) {
      const magnitude = magnitudeSpectrum(frame);
      const mel = logMel(melFilterBank(magnitude, bins, frontEnd.melBands), frontEnd);
      const mfcc = cepstrum(mel, frontEnd);
      for (const [build, instance] of modules.get(plan)!.builds) {
        const { exports } = instance;
        new Int16Array(exports.memory.buffer, exports.frameAddress(), frame.length).set(frame);
        exports.stageSpectrum();
        assertSame(`${build}: spectrum`, instance.float32(exports.spectrumAddress(), magnitude.length), magnitude);
        exports.stageMel();
        assertSame(`${build}: mel`, instance.float32(exports.melAddress(), mel.length), mel);
        exports.stageMfcc();
        assertSame(`${build}: MFCC`, instance.float32(exports.mfccAddress(), frontEnd.coefficients), mfcc);
      }
    }
  });

  test(`${plan.name}: features of a long sound, without crop and padding, at several rates and levels`, () => {
    const { instance } = modules.get(plan)!;
    for (const rate of [16000, 8000, 44100, 96000]) {
      for (const level of [0, 1, 999, 123456, 32768000]) {
        const sound = voice(Math.floor((9999 * rate) / 16000), rate, level);
        const features = instance.features(plainSound("voice", sound, rate), level);
        const samples = resample(sound, rate, plan.frontEnd.sampleRate);
        const whole = { ...plan.frontEnd, windowSamples: samples.length };
        const { values } = mfccMatrix(applyLevel(samples, level), whole);
        // The resampler still owes its last samples, and with them perhaps the last frame.
        const rows = features.length / plan.frontEnd.coefficients;
        assert.ok(rows === frameCount(whole) || (rate !== 16000 && rows === frameCount(whole) - 1), `${rows} rows at ${rate} Hz`);
        assertSame(`MFCCs at ${rate} Hz, level ${level}`, features, values.slice(0, features.length));
      }
    }
  });
}

/** Levels and samples where a gain that is smaller by its last bit would change the leveled sample. */
function edgesOfTheGain(count: number): { level: number; sample: number }[] {
  const random = new Random(54);
  const edges: { level: number; sample: number }[] = [];
  while (edges.length < count) {
    const level = random.integer(1000, 32768000);
    const gain = (32768000n * 2n ** 32n + BigInt(level >> 1)) / BigInt(level);
    const fraction = Number(gain & 0xffffffffn);
    // |x| gain + 2^31 lies less than |x| above a multiple of 2^32; a loud sample may be clamped either way.
    for (let sample = 1; sample < level / 1000; sample++) {
      if ((sample * fraction + 2 ** 31) % 2 ** 32 < sample) edges.push({ level, sample });
    }
  }
  return edges;
}

test("the last bit of the gain counts", () => {
  const plan = PLANS[0]!;
  const { instance } = modules.get(plan)!;
  const { frameSamples } = plan.frontEnd;
  for (const { level, sample } of edgesOfTheGain(60)) {
    const sound = Int16Array.from({ length: frameSamples }, (_, i) => (i % 3 === 0 ? sample : i % 3 === 1 ? -sample : 0));
    const { values } = mfccMatrix(applyLevel(sound, level), { ...plan.frontEnd, windowSamples: frameSamples });
    assertSame(`${sample} at level ${level}`, instance.features(plainSound("pulses", sound), level), values);
  }
});

test("samples of long runs at rates that do not divide", () => {
  const { instance } = modules.get(PLANS[0]!)!;
  const random = new Random(52);
  for (const rate of [8000, 8001, 11025, 15999, 16001, 16800, 31999, 44100, 47999, 88200, 191999, 192000]) {
    for (const count of [0, 1, 2, random.integer(3, 400), 12345]) {
      const sound = count % 2 === 0 ? square(count, 3) : noise(count, 32767, count);
      assertSame(`${count} at ${rate} Hz`, instance.convert(plainSound("noise", sound, rate)), resample(sound, rate, 16000));
    }
  }
});

test("MFCCs beyond the clip count as the clip, and what is not a number as 0", () => {
  const { built, instance } = modules.get(PLANS[0]!)!;
  const random = new Random(53);
  const { frames, coefficients } = built.model;
  const sane = Float32Array.from({ length: frames * coefficients }, () => random.between(-10, 10));
  const wild = sane.slice();
  for (const [index, [value, counts]] of [
    [11, 10],
    [-1e9, -10],
    [Number.POSITIVE_INFINITY, 10],
    [Number.NEGATIVE_INFINITY, -10],
    [Number.NaN, 0],
    [3e38, 10],
    [1e-45, 0],
  ].entries()) {
    for (let at = index; at < wild.length; at += 17) [wild[at], sane[at]] = [value!, counts!];
  }
  const expected = instance.network(sane);
  const answer = instance.network(wild);
  assertSame("logits", answer.logits, expected.logits);
});

test("what the module says about itself", () => {
  for (const plan of PLANS) {
    const { built, instance } = modules.get(plan)!;
    const { exports } = instance;
    const text = (address: number): string => {
      const bytes = instance.bytes().subarray(address);
      return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
    };
    assert.deepEqual(
      Object.keys(exports).sort(),
      [...Object.keys({ ...EXPORTS, ...(hasStream(built.frontEnd) && STREAM_EXPORTS) }), "memory"].sort(),
      "exactly the exports of the list",
    );
    assert.equal(text(exports.modelIdAddress()), plan.name);
    assert.match(text(exports.modelHashAddress()), /^[0-9a-f]{64}$/);
    assert.equal(exports.classCount(), plan.classes);
    assert.equal(exports.acceptThreshold(), built.acceptThreshold);
    const names = Array.from({ length: plan.classes }, (_, index) => text(exports.classNameAddress(index)));
    assert.deepEqual(names, built.classes);
    for (const index of [-1, plan.classes, 2 ** 31 - 1, -(2 ** 31)]) assert.equal(exports.classNameAddress(index), 0);
    const { frontEnd } = plan;
    const numbers = [exports.sampleRate(), exports.windowSamples(), exports.hopSamples(), exports.frameCount(), exports.coefficientCount()];
    assert.deepEqual(numbers, [
      frontEnd.sampleRate,
      frontEnd.windowSamples,
      frontEnd.hopSamples,
      frameCount(frontEnd),
      frontEnd.coefficients,
    ]);
  }
});

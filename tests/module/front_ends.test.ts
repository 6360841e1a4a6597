/** Front ends that a manifest can describe: the module computes the reference's bits, or the build refuses with a sentence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { FrontEnd } from "../../ts-tools/model/model_types.js";
import { classifyWindow } from "../reference/classify.js";
import { decodeMono } from "../reference/decode.js";
import { resample } from "../reference/resample.js";
import { Random } from "../support/random.js";
import { type BuiltModel, build, type ModelPlan, planModel } from "./built_model.js";
import { soundInputs } from "./cases.js";
import { describeDifference } from "./compare.js";
import { firstDifferenceOfSound } from "./first_difference.js";
import type { Sound } from "./instance.js";
import { instancesOf } from "./instances.js";
import { encode } from "./random_sounds.js";

const SHORT: FrontEnd = { ...REFERENCE_FRONT_END, windowSamples: 4000 };

/** Changes to a short version of the paper's front end. */
const FRONT_ENDS: Readonly<Record<string, Partial<FrontEnd>>> = {
  "long frames": { frameSamples: 2048, hopSamples: 300, windowSamples: 6001 },
  "short frames, few bands": { frameSamples: 256, hopSamples: 64, melBands: 32, coefficients: 32, windowSamples: 1600 },
  "frames that do not overlap": { hopSamples: 1024 },
  "gaps between frames": { hopSamples: 1500 },
  "two mel bands": { frameSamples: 2048, melBands: 2, coefficients: 2, windowSamples: 6000 },
  "the smallest frames": { frameSamples: 16, hopSamples: 5, melBands: 4, coefficients: 4, windowSamples: 203 },
  "frames of 32 samples, a hop of one": { frameSamples: 32, hopSamples: 1, melBands: 8, coefficients: 3, windowSamples: 90 },
  "frames of 4,096 samples": { frameSamples: 4096, hopSamples: 1000, windowSamples: 9000 },
  "one frame": { windowSamples: 1024 },
  "hardly any floor": { logFloor: 1e-30 },
  "another clip and floor": { clip: 3, logFloor: 1e-3 },
  "8 kHz": { sampleRate: 8000, melHighHz: 3800 },
  "48 kHz": { sampleRate: 48000, melHighHz: 20000 },
  "mel bands beyond the Nyquist frequency": { melHighHz: 12000 },
  "mel bands so narrow that some have no bin": { melBands: 256, frameSamples: 1024 },
};

/** Those that no build may be made of; all others must be built. */
const REFUSED: readonly string[] = ["gaps between frames", "two mel bands", "8 kHz", "48 kHz"];

/** Sounds as elsewhere, and both ends of the rates. */
function* inputs(plan: ModelPlan): Generator<Sound> {
  yield* soundInputs({ ...plan, inputs: 24 });
  const random = new Random(101);
  for (const rate of [8000, 192000, 191999]) {
    const values = Float64Array.from({ length: Math.floor(rate / 5) }, () => random.between(-1, 1));
    for (const format of ["s16", "u8"] as const)
      yield { name: `noise, ${rate} Hz, ${format}`, format, channels: 1, rate, bytes: encode(random, values, format) };
  }
}

async function wrongBits(built: BuiltModel, plan: ModelPlan): Promise<string | undefined> {
  const instances = await instancesOf(built);
  for (const sound of inputs(plan)) {
    const samples = resample(decodeMono(sound.bytes, sound.format, sound.channels), sound.rate, plan.frontEnd.sampleRate);
    const expected = classifyWindow(samples, built.model, plan.frontEnd);
    for (const [build, instance] of instances) {
      const conversion = describeDifference("conversion", instance.convert(sound), samples);
      if (conversion) return `${build}, ${sound.name}: ${conversion}`;
      const actual = instance.classify(sound);
      if (actual.level === expected.level && !describeDifference("logits", actual.logits, expected.logits)) continue;
      return `${build}, ${sound.name}: level ${actual.level}, not ${expected.level}; ${firstDifferenceOfSound(built, instance, sound)}`;
    }
  }
  return undefined;
}

for (const [name, changes] of Object.entries(FRONT_ENDS)) {
  test(`${name}: right or refused`, async (t) => {
    const frontEnd = { ...SHORT, ...changes };
    const plan: ModelPlan = { name, frontEnd, widths: [4, 4, 4, 4, 4, 4, 4, 8], classes: 3, seed: 102 };
    let built: BuiltModel;
    try {
      built = await build(name, planModel(plan), frontEnd);
    } catch (error) {
      const { message } = error as Error;
      t.diagnostic(`refused: ${message}`);
      assert.ok(REFUSED.includes(name), message);
      assert.ok(!/does not compile/.test(message), `the refusal is a compiler's message: ${message}`);
      return;
    }
    assert.ok(!REFUSED.includes(name), "it is built");
    assert.equal(await wrongBits(built, plan), undefined);
  });
}

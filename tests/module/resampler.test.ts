/** Every build converts every rate to the reference's samples, whatever rate came before and in whatever pieces. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { resample, weightAt } from "../reference/resample.js";
import { Random } from "../support/random.js";
import { build, type ModelPlan, planModel } from "./built_model.js";
import { describeDifference } from "./compare.js";
import { plainSound } from "./instance.js";
import { instancesOf } from "./instances.js";

const USUAL = [8000, 11025, 12000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000, 176400, 192000];
/** The vector builds interpolate weights for each output. */
const INTERPOLATED = [8001, 15999, 16001, 22051, 32003, 44099, 47199, 47201, 47999];
/** Places of outputs are rounded, in rows of every kind of length; in the last ones just not: they have 500 or 250 places. */
const ROUNDED = [48001, 51201, 63999, 76801, 95999, 96001, 127999, 140801, 189733, 191201, 191999, 95904, 191808];
const FRONT_END = { ...REFERENCE_FRONT_END, windowSamples: 4000 };

/** Full scale with the signs of the kernel around an output, or with the others: no sum of products is larger, in any part of the kernel. */
function loudest(rate: number, positive: boolean): Int16Array {
  const place = (100 * rate) / FRONT_END.sampleRate;
  return Int16Array.from({ length: Math.ceil(2 * place) }, (_, n) =>
    weightAt(n - place, rate, FRONT_END.sampleRate) > 0 === positive ? 32767 : -32768,
  );
}

/** The longest is longer than the history, and has as many outputs as 11,025 Hz has phases, and more. */
function sounds(rate: number, random: Random): Int16Array[] {
  const noise = [1, 37, 700, Math.ceil(rate / 20)].map((length) => Int16Array.from({ length }, () => random.integer(-32768, 32767)));
  return [...noise, loudest(rate, true), loudest(rate, false)];
}

test("every rate, one after the other and again", async () => {
  const plan: ModelPlan = { name: "resampler", frontEnd: FRONT_END, widths: [4, 4, 4, 4, 4, 4, 4, 8], classes: 3, seed: 103 };
  const instances = await instancesOf(await build(plan.name, planModel(plan), FRONT_END));
  const random = new Random(104);
  for (const rate of [...USUAL, ...INTERPOLATED, ...ROUNDED, ...[...USUAL].reverse()]) {
    for (const samples of sounds(rate, random)) {
      const expected = resample(samples, rate, FRONT_END.sampleRate);
      for (const [name, instance] of instances) {
        // Pieces that the history has room for, and that it has not.
        const converted = instance.convert(plainSound("noise", samples, rate), random.integer(1, random.integer(0, 1) ? 300 : 3000));
        assert.equal(describeDifference(`${name}, ${rate} Hz, ${samples.length} samples`, converted, expected), undefined);
      }
    }
  }
});

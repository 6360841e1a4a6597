/** Every build converts every rate to the reference's samples, whatever rate came before and in whatever pieces. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { resample } from "../reference/resample.js";
import { Random } from "../support/random.js";
import { build, type ModelPlan, planModel } from "./built_model.js";
import { describeDifference } from "./compare.js";
import { plainSound } from "./instance.js";
import { instancesOf } from "./instances.js";

const USUAL = [8000, 11025, 12000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000, 176400, 192000];
/** With more phases than the vector build keeps, and both ends. */
const ODD = [8001, 15999, 16001, 44099, 47999, 191999];
const FRONT_END = { ...REFERENCE_FRONT_END, windowSamples: 4000 };

test("every rate, one after the other and again", async () => {
  const plan: ModelPlan = { name: "resampler", frontEnd: FRONT_END, widths: [4, 4, 4, 4, 4, 4, 4, 8], classes: 3, seed: 103 };
  const instances = await instancesOf(await build(plan.name, planModel(plan), FRONT_END));
  const random = new Random(104);
  for (const rate of [...USUAL, ...ODD, ...[...USUAL].reverse()]) {
    // Longer than the history; the last one has as many outputs as 11,025 Hz has phases, and more. In one every product with the kernel around its middle
    // has the same sign: no sum is larger.
    for (const length of [1, 37, 700, Math.ceil(rate / 20)]) {
      const samples = Int16Array.from({ length }, (_, n) => {
        if (length === 700) return Math.floor((Math.abs(n - 350) * 16000) / Math.max(rate, 16000)) % 2 === 0 ? -32768 : 32767;
        return random.integer(-32768, 32767);
      });
      const expected = resample(samples, rate, FRONT_END.sampleRate);
      for (const [name, instance] of instances) {
        // Pieces that the history has room for, and that it has not.
        const converted = instance.convert(plainSound("noise", samples, rate), random.integer(1, random.integer(0, 1) ? 300 : 3000));
        assert.equal(describeDifference(`${name}, ${rate} Hz, ${length} samples`, converted, expected), undefined);
      }
    }
  }
});

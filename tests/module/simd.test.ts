/** The SIMD module gives the bits of the scalar one: on every kind of model that the scalar one is tested with, and whole sounds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../support/random.js";
import { randomMfcc } from "../support/random_model.js";
import { buildPlan, buildSimd } from "./built_model.js";
import { NETWORK_CASES, PATH_CASES, THOROUGH } from "./cases.js";
import { assertSame } from "./compare.js";
import { Instance } from "./instance.js";
import { randomSound } from "./random_sounds.js";

const PAGE = 65536;
const LARGEST_MEMORY = 4_000_000;

for (const plan of NETWORK_CASES) {
  test(`${plan.name}: MFCC matrices`, async () => {
    const built = await buildPlan(plan);
    const scalar = await Instance.create(built.embedded);
    const simd = await Instance.create(await buildSimd(built));
    const random = new Random(plan.seed + 500);
    const { frames, coefficients } = built.model;
    const inputs = THOROUGH ? plan.inputs : Math.min(plan.inputs, 24);
    for (let index = 0; index < inputs; index++) {
      const mfcc = randomMfcc(random, frames, coefficients, built.frontEnd.clip);
      const [wanted, found] = [scalar.network(mfcc), simd.network(mfcc)];
      assertSame(`input ${index}: logits`, found.logits, wanted.logits);
      assertSame(`input ${index}: probabilities`, found.probabilities, wanted.probabilities);
    }
    const pages = simd.exports.memory.buffer.byteLength / PAGE;
    assert.ok(simd.exports.memoryNeeded() <= pages * PAGE);
    assert.ok(pages * PAGE <= LARGEST_MEMORY, `${pages} pages`);
    assert.throws(() => simd.exports.memory.grow(1), RangeError);
  });
}

for (const plan of PATH_CASES) {
  test(`${plan.name}: sounds`, async () => {
    const built = await buildPlan(plan);
    const scalar = await Instance.create(built.embedded);
    const simd = await Instance.create(await buildSimd(built));
    const random = new Random(plan.seed + 600);
    for (let index = 0; index < 20; index++) {
      const sound = randomSound(random, random.integer(0, 2 * built.frontEnd.windowSamples));
      const [wanted, found] = [scalar.hear(sound), simd.hear(sound)];
      assert.equal(found.level, wanted.level, sound.name);
      assertSame(`${sound.name}: logits`, found.logits, wanted.logits);
      assertSame(`${sound.name}: probabilities`, found.probabilities, wanted.probabilities);
    }
  });
}

/** The modules with SIMD and relaxed SIMD give the bits of the scalar one: on every kind of model that the scalar one is tested with, and whole sounds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../support/random.js";
import { randomMfcc } from "../support/random_model.js";
import { allBuilds, type BuiltModel, buildPlan } from "./built_model.js";
import { NETWORK_CASES, PATH_CASES, THOROUGH } from "./cases.js";
import { assertSame } from "./compare.js";
import { Instance } from "./instance.js";
import { randomSound } from "./random_sounds.js";

const PAGE = 65536;
const LARGEST_MEMORY = 4_000_000;

async function instances(built: BuiltModel): Promise<{ scalar: Instance; hosts: Map<string, Instance> }> {
  const hosts = new Map<string, Instance>();
  for (const [build, bytes] of await allBuilds(built)) hosts.set(build, await Instance.create(bytes));
  const scalar = hosts.get("scalar")!;
  hosts.delete("scalar");
  return { scalar, hosts };
}

for (const plan of NETWORK_CASES) {
  test(`${plan.name}: MFCC matrices`, async () => {
    const built = await buildPlan(plan);
    const { scalar, hosts } = await instances(built);
    const random = new Random(plan.seed + 500);
    const { frames, coefficients } = built.model;
    const inputs = THOROUGH ? plan.inputs : Math.min(plan.inputs, 24);
    for (let index = 0; index < inputs; index++) {
      const mfcc = randomMfcc(random, frames, coefficients, built.frontEnd.clip);
      const wanted = scalar.network(mfcc);
      for (const [build, host] of hosts) {
        const found = host.network(mfcc);
        assertSame(`${build}, input ${index}: logits`, found.logits, wanted.logits);
        assertSame(`${build}, input ${index}: probabilities`, found.probabilities, wanted.probabilities);
      }
    }
    for (const { exports } of hosts.values()) {
      const pages = exports.memory.buffer.byteLength / PAGE;
      assert.ok(exports.memoryNeeded() <= pages * PAGE);
      assert.ok(pages * PAGE <= LARGEST_MEMORY, `${pages} pages`);
      assert.throws(() => exports.memory.grow(1), RangeError);
    }
  });
}

for (const plan of PATH_CASES) {
  test(`${plan.name}: sounds`, async () => {
    const built = await buildPlan(plan);
    const { scalar, hosts } = await instances(built);
    const random = new Random(plan.seed + 600);
    for (let index = 0; index < 20; index++) {
      const sound = randomSound(random, random.integer(0, 2 * built.frontEnd.windowSamples));
      const wanted = scalar.hear(sound);
      for (const [build, host] of hosts) {
        const found = host.hear(sound);
        assert.equal(found.level, wanted.level, `${build}, ${sound.name}`);
        assertSame(`${build}, ${sound.name}: logits`, found.logits, wanted.logits);
        assertSame(`${build}, ${sound.name}: probabilities`, found.probabilities, wanted.probabilities);
      }
    }
  });
}

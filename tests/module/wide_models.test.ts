/** Models up to the edge of the page and beyond: either the right bits, or a sentence that refuses them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { emit } from "../../ts-tools/emit/emit.js";
import { buildModules } from "../../ts-tools/link/build_modules.js";
import type { QuantizedModel } from "../../ts-tools/model/model_types.js";
import { runNetwork } from "../reference/network.js";
import { Random } from "../support/random.js";
import { randomMfcc, type Widths } from "../support/random_model.js";
import { voice } from "../support/sounds.js";
import { type BuiltModel, build, type ModelPlan, nameModel, planModel, shortFrontEnd } from "./built_model.js";
import { describeDifference } from "./compare.js";
import { firstDifferenceOfNetwork } from "./first_difference.js";
import { Instance, plainSound } from "./instance.js";

const PAGE = 65536;
const TOO_WIDE = /too wide/;

async function assertRight(built: BuiltModel): Promise<void> {
  const { model, frontEnd } = built;
  const instance = await Instance.create(built.embedded);
  assert.ok(instance.exports.memoryNeeded() <= PAGE);
  const random = new Random(91);
  // The front end first: what it leaves behind must not matter, and its tables lie at the end of the page.
  instance.classify(plainSound("voice", voice(frontEnd.windowSamples)));
  const tables = instance.bytes().slice(built.map.end);
  for (let i = 0; i < 4; i++) {
    const mfcc = randomMfcc(random, model.frames, model.coefficients, frontEnd.clip);
    const { logits } = runNetwork(model, mfcc, frontEnd.clip);
    if (describeDifference("logits", instance.network(mfcc).logits, logits)) assert.fail(firstDifferenceOfNetwork(built, instance, mfcc));
  }
  assert.deepEqual(instance.bytes().slice(built.map.end), tables);
}

/** The model as a module, or the sentence that refuses it. */
async function tryBuild(name: string, model: QuantizedModel, plan: ModelPlan): Promise<BuiltModel | string> {
  try {
    return await build(name, model, plan.frontEnd, 0, "embedded");
  } catch (error) {
    return (error as Error).message;
  }
}

function widened(channels: number): ModelPlan {
  return { name: `${channels} channels`, frontEnd: shortFrontEnd(6, 40), widths: [4, 4, 4, channels, 4, 4, 4, 4], classes: 3, seed: 92 };
}

test("the widest model that fits the page returns the right bits, four channels more are refused", async (t) => {
  // The tables after the regions do not depend on the widths.
  const needed = async (channels: number): Promise<number> => {
    const plan = widened(channels);
    const built = await build(plan.name, planModel(plan), plan.frontEnd, 0, "embedded");
    return (await Instance.create(built.embedded)).exports.memoryNeeded();
  };
  const endOf = (channels: number): number => {
    const plan = widened(channels);
    return emit(nameModel(plan.name, planModel(plan), plan.frontEnd)).map.end;
  };
  const room = PAGE - (await needed(4)) + endOf(4);
  let channels = 4;
  while (endOf(channels + 4) <= room) channels += 4;
  const plan = widened(channels);
  const built = await build(plan.name, planModel(plan), plan.frontEnd, 0, "embedded");
  await assertRight(built);
  t.diagnostic(`${channels} channels: ${await needed(channels)} bytes of the page`);
  const beyond = widened(channels + 4);
  assert.match((await tryBuild(beyond.name, planModel(beyond), beyond)) as string, TOO_WIDE);
});

test("wide random shapes are right or refused", async (t) => {
  const random = new Random(93);
  let refused = 0;
  const count = 6;
  for (let i = 0; i < count; i++) {
    const frontEnd = shortFrontEnd(random.integer(4, 9), random.integer(8, 40));
    const widths = Array.from({ length: 8 }, () => 4 * random.integer(1, 3));
    widths[random.integer(0, 7)] = 4 * random.integer(20, 200);
    const plan = {
      name: `wide ${widths.join(" ")}`,
      frontEnd,
      widths: widths as unknown as Widths,
      classes: random.integer(2, 12),
      seed: 94 + i,
    };
    const built = await tryBuild(plan.name, planModel(plan), plan);
    if (typeof built === "string") {
      refused++;
      assert.match(built, TOO_WIDE);
    } else await assertRight(built);
  }
  t.diagnostic(`${refused} of ${count} refused`);
});

test("regions that end beyond the page are refused", async () => {
  const plan: ModelPlan = { ...widened(4), name: "far too wide", widths: [400, 400, 400, 4, 4, 4, 4, 4] };
  assert.match((await tryBuild(plan.name, planModel(plan), plan)) as string, TOO_WIDE);
});

test("widths that are not multiples of four are refused, with the layer's name", async () => {
  const plan: ModelPlan = { ...widened(4), name: "not padded", widths: [4, 4, 4, 4, 6, 4, 4, 4] };
  await assert.rejects(buildModules(nameOddly(planModel(plan), plan), { command: false }), /body2_2 has 6 channels/);
});

/** nameModel() hashes the tiles, which such a model has not. */
function nameOddly(model: QuantizedModel, { name, frontEnd }: ModelPlan) {
  return { id: name, sha256: "0".repeat(64), classes: ["a", "b", "c"], acceptThreshold: 0, frontEnd, model };
}

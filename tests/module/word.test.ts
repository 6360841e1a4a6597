/** The kernels of 32-bit products, in the tiles of every kind of processor: the reference's logits, which are those of the kernels of 64-bit products. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { emitWord } from "../../ts-tools/emit/word.js";
import { buildWord } from "../../ts-tools/link/build_modules.js";
import { MULTIPLIER_KINDS, type MultiplierKind } from "../../ts-tools/link/target_functions.js";
import type { QuantizedModel } from "../../ts-tools/model/model_types.js";
import { runNetwork } from "../reference/network.js";
import { compileOnce } from "../support/compile_once.js";
import { Random } from "../support/random.js";
import { randomMfcc } from "../support/random_model.js";
import { build, type ModelPlan, nameModel, planModel, shortFrontEnd } from "./built_model.js";
import { NETWORK_CASES } from "./cases.js";
import { describeDifference } from "./compare.js";
import { Instance } from "./instance.js";

const INPUTS = 12;

/** Blocks of channels that are not whole, tiles of every width, odd columns, a layer whose sums do not fit at once. */
const SHAPES: readonly ModelPlan[] = [
  { name: "word: blocks", frontEnd: shortFrontEnd(9, 9), widths: [12, 12, 16, 8, 128, 12, 36, 68], classes: 3, seed: 211 },
  { name: "word: wide", frontEnd: shortFrontEnd(6, 40), widths: [32, 32, 32, 64, 100, 128, 132, 320], classes: 7, seed: 212 },
  { name: "word: columns", frontEnd: shortFrontEnd(12, 28), widths: [4, 4, 4, 40, 4, 44, 8, 4], classes: 2, seed: 213, weights: "extreme" },
];

/** Wide tiles in two layers, of blocks of channels that are not whole. */
const WIDE: ModelPlan = {
  name: "word: wide tiles",
  frontEnd: shortFrontEnd(10, 48),
  widths: [20, 16, 8, 28, 20, 8, 12, 4],
  classes: 3,
  seed: 214,
  weights: "extreme",
};

/** Of the networks that all hosts are compared on: one row, one column of tiles, an odd number of them, many. */
const CASES = ["odd", "extreme", "one frame", "long and slim", "many coefficients"];

/** MFCCs as speech has them, and the loudest there are. */
function inputs(model: QuantizedModel, seed: number): Float32Array[] {
  const random = new Random(seed);
  const size = model.frames * model.coefficients;
  const loudest = [1, -1].map((sign) => new Float32Array(size).fill(10 * sign));
  return [...loudest, ...Array.from({ length: INPUTS }, () => randomMfcc(random, model.frames, model.coefficients, 10))];
}

for (const plan of [...SHAPES, WIDE, ...NETWORK_CASES.filter(({ name }) => CASES.includes(name))]) {
  test(`${plan.name}: the reference's logits, with every kind of multiplication`, async () => {
    const model = planModel(plan);
    const { embedded } = await build(plan.name, model, plan.frontEnd, 0, "embedded");
    const named = nameModel(plan.name, model, plan.frontEnd);
    const instances = new Map([["64-bit products", await Instance.create(embedded)]]);
    for (const kind of Object.keys(MULTIPLIER_KINDS) as MultiplierKind[])
      instances.set(kind, await Instance.create((await buildWord(named, compileOnce, kind)).runnable));
    for (const [index, mfcc] of inputs(model, plan.seed).entries()) {
      const { logits } = runNetwork(model, mfcc, plan.frontEnd.clip);
      for (const [kind, instance] of instances)
        assert.equal(describeDifference("logits", instance.network(mfcc).logits, logits), undefined, `${kind}, input ${index}`);
    }
  });
}

test("wide tiles only for layers of whole tiles, with sums that they can hold", () => {
  const frontEnd = shortFrontEnd(2, 24);
  const ofChannels = (last: number): ModelPlan => ({ ...WIDE, frontEnd, widths: [204, 204, last, 4, 4, 4, 4, 4] });
  const ofCoefficients = (coefficients: number): ModelPlan => ({ ...WIDE, frontEnd: shortFrontEnd(2, coefficients) });
  // 611 channels of 9 weights of 127 are the most; widths are multiples of 4. Columns of the first layer are half of the coefficients: 24, 12, 12, 14, 8.
  const layers = [WIDE, ofChannels(200), ofChannels(204), ofCoefficients(28), ofCoefficients(16)].map(
    (plan) => /WIDE_LAYERS: i32 = (\d+);/.exec(emitWord(planModel(plan)))?.[1],
  );
  assert.deepEqual(layers, ["3", "1", "0", "0", "0"]);
});

/** Which layers Winograd's kernel computes, and that models on both sides of its limit compute the right bits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { centerBias, winogradBlock } from "../../ts-tools/emit/winograd.js";
import type { QuantizedConvolution, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { runNetwork } from "../reference/network.js";
import { Random } from "../support/random.js";
import { fixedPoint, randomMfcc } from "../support/random_model.js";
import { build, type ModelPlan, planModel, shortFrontEnd } from "./built_model.js";
import { describeDifference } from "./compare.js";
import { firstDifferenceOfNetwork } from "./first_difference.js";
import { instancesOf } from "./instances.js";

/** 2^21 / 64: what the absolute weights of a block in a lower channel must stay below. */
const WEIGHTS = 32768;

/** Body II 1 has 40, body II 3 has 128 input channels. */
const PLAN: ModelPlan = {
  name: "winograd",
  frontEnd: shortFrontEnd(9, 9),
  widths: [12, 12, 16, 8, 128, 12, 4, 8],
  classes: 3,
  seed: 111,
};
const MODEL = planModel(PLAN);

/** The layer with weights by tap (row * run + tap in the row) and channel, and numbers that keep its results in the middle of the range. */
function withWeights(layer: QuantizedConvolution, weightAt: (tap: number, channel: number) => number): QuantizedConvolution {
  const taps = layer.kernelHeight * layer.kernelWidth * layer.inputChannels;
  const weights = layer.weights.map((_, index) => weightAt(index % taps, Math.floor(index / taps)));
  const { multiplier, shift } = fixedPoint(1 / (taps * 127));
  return {
    ...layer,
    weights,
    bias: layer.bias.map((_, channel) => 50 * taps * (channel % 7)),
    multiplier: layer.multiplier.map(() => multiplier),
    shift: layer.shift.map(() => shift),
  };
}

function withLayer(index: number, layer: QuantizedConvolution): QuantizedModel {
  return { ...MODEL, bodyTwo: MODEL.bodyTwo.with(index, layer) };
}

async function check(what: string, model: QuantizedModel): Promise<void> {
  const built = await build(PLAN.name, model, PLAN.frontEnd);
  const random = new Random(112);
  const size = model.frames * model.coefficients;
  const loud = [1, -1].map((sign) => new Float32Array(size).fill(10 * sign));
  const others = Array.from({ length: 10 }, () => randomMfcc(random, model.frames, model.coefficients, 10));
  const inputs = [...loud, ...others];
  const expected = inputs.map((mfcc) => runNetwork(model, mfcc, PLAN.frontEnd.clip).logits);
  for (const [build, instance] of await instancesOf(built)) {
    for (const [index, mfcc] of inputs.entries()) {
      if (describeDifference("logits", instance.network(mfcc).logits, expected[index]!))
        assert.fail(`${build}, ${what}: ${firstDifferenceOfNetwork(built, instance, mfcc)}`);
    }
  }
}

const [first, , third, , last] = MODEL.bodyTwo as [
  QuantizedConvolution,
  QuantizedConvolution,
  QuantizedConvolution,
  QuantizedConvolution,
  QuantizedConvolution,
];

test("a layer of small weights is one block, whatever its length", () => {
  assert.equal(winogradBlock(withWeights(first, () => 1)), 120);
  assert.equal(winogradBlock(withWeights(third, () => -1)), 384);
  assert.equal(winogradBlock(withWeights(third, () => 0)), 384);
});

test("kernels of other heights are none", () => {
  assert.equal(winogradBlock(last), 0);
  for (const path of MODEL.bodyOne.slice(0, 2)) assert.equal(winogradBlock(path), 0);
});

test("blocks get shorter at the limit, and larger weights leave none", () => {
  // 3 * 384 taps of 28 are 32,256, of 29 33,408; three blocks of 128 hold 85, four of 96 hold 113.
  const blocks = [28, 29, 85, 86, 113, 114, 127].map((weight) => winogradBlock(withWeights(third, () => weight)));
  assert.deepEqual(blocks, [384, 192, 128, 96, 96, 0, 0]);
  const exactly = (sum: number): QuantizedConvolution =>
    withWeights(third, (tap, channel) => (channel !== 4 ? 0 : tap % 2 === 1 ? 28 : tap === 0 ? sum - 1151 * 28 : -28));
  assert.equal(1151 * 28 + 127 < WEIGHTS, true);
  const filled = (extra: number): QuantizedConvolution =>
    withWeights(third, (tap, channel) => (channel === 4 ? (tap < 511 ? -29 : tap === 511 ? 29 + extra : 28) : 0));
  assert.equal(winogradBlock(exactly(1151 * 28)), 384);
  assert.equal(winogradBlock(filled(-1)), 384, "512 weights of 29 but for one, 640 of 28: 32,767");
  assert.equal(winogradBlock(filled(0)), 192, "32,768");
});

test("only the lower channel of two is limited", () => {
  assert.equal(winogradBlock(withWeights(third, (_, channel) => (channel % 2 === 1 ? 127 : 28))), 384);
  assert.equal(winogradBlock(withWeights(third, (_, channel) => (channel === 6 ? 127 : 28))), 0);
});

test("the bias includes what the center of the activations takes", () => {
  assert.equal(
    centerBias(
      withWeights(first, (tap, channel) => (tap === 5 ? -3 : tap === 7 ? channel : 0)),
      6,
    ),
    64 * 3,
  );
});

// At each number of blocks the largest weights that it holds, of one sign, of alternating ones, and mixed with loud upper channels.
for (const [weight, block] of [
  [28, 384],
  [56, 192],
  [85, 128],
  [113, 96],
  [127, 0],
] as const) {
  test(`weights of ${weight} and blocks of ${block}: the reference's logits`, async () => {
    const shapes: Record<string, (tap: number, channel: number) => number> = {
      "of one sign a channel": (_, channel) => (channel % 3 === 0 ? weight : -weight),
      "of both signs": (tap, channel) => (Math.floor(tap / (1 + (channel % 5))) % 2 === 0 ? weight : -weight),
      "beside loud upper channels": (tap, channel) => (channel % 2 === 1 ? (tap % 3 === 0 ? -127 : 127) : weight),
    };
    for (const [name, weightAt] of Object.entries(shapes)) {
      const layer = withWeights(third, weightAt);
      assert.equal(winogradBlock(layer), block);
      await check(`weights of ${weight} ${name}`, withLayer(2, layer));
    }
  });
}

test("the largest biases beside the center's share", async () => {
  const layer = withWeights(first, () => 127);
  const bias = layer.bias.map((_, channel) => (channel % 2 === 0 ? 2 ** 28 : -(2 ** 28)));
  assert.ok(winogradBlock(layer) > 0);
  await check("largest biases", withLayer(0, { ...layer, bias }));
});

/** The largest sums there can be, layer by layer: two products share a word, and neither may reach into the other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shapedLayers } from "../../ts-tools/emit/network_shape.js";
import type { QuantizedConvolution, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { runNetwork } from "../reference/network.js";
import { softmax } from "../reference/probabilities.js";
import { Random } from "../support/random.js";
import { fixedPoint } from "../support/random_model.js";
import { build, type ModelPlan, planModel, shortFrontEnd } from "./built_model.js";
import { assertSame, describeDifference } from "./compare.js";
import { firstDifferenceOfNetwork } from "./first_difference.js";
import { Instance } from "./instance.js";
import { instancesOf } from "./instances.js";

/** Body II 2 and 5 have rows of taps of 528 products; 24 bits hold 520. */
const PLAN: ModelPlan = {
  name: "largest sums",
  frontEnd: shortFrontEnd(9, 6),
  widths: [4, 8, 4, 176, 8, 12, 528, 16],
  classes: 4,
  seed: 61,
};

/** Every activation of this layer is 127. */
function full(layer: QuantizedConvolution): QuantizedConvolution {
  const { multiplier, shift } = fixedPoint(2 ** -10);
  return {
    ...layer,
    weights: layer.weights.map(() => 0),
    bias: layer.bias.map(() => 2 ** 18),
    multiplier: layer.multiplier.map(() => multiplier),
    shift: layer.shift.map(() => shift),
  };
}

/** Weights of 127 with one sign a channel, in all combinations of signs that neighbors in a word can have; results in the middle of the range. */
function loudest(layer: QuantizedConvolution, largestInput: number, elements: number, levels: number): QuantizedConvolution {
  const taps = layer.kernelHeight * layer.kernelWidth * layer.inputChannels;
  const signs = [1, -1, -1, 1, 1, 1, -1, -1];
  const largest = 127 * taps * largestInput;
  const weights = layer.weights.map((_, index) => 127 * signs[Math.floor(index / taps) % signs.length]!);
  // A negative sum is lifted to a third of the largest, a positive one stands.
  const bias = layer.bias.map((_, channel) => (signs[channel % signs.length]! > 0 ? -Math.floor(largest / 5) : Math.floor(1.3 * largest)));
  const { multiplier, shift } = fixedPoint((0.9 * levels) / (largest * elements));
  return {
    ...layer,
    weights,
    bias,
    multiplier: layer.multiplier.map(() => multiplier),
    shift: layer.shift.map(() => shift),
  };
}

/** The model with the inputs of one layer at their largest and its weights at theirs. */
function extremeAt(model: QuantizedModel, index: number): QuantizedModel {
  const shaped = shapedLayers(model)[index + 3]!;
  const layer = model.bodyTwo[index]!;
  const elements = layer.poolHeight === 0 ? shaped.rows * shaped.columns : layer.poolHeight * layer.poolWidth;
  const before = index === 0 ? [] : model.bodyTwo.slice(0, index);
  return {
    ...model,
    bodyOne: model.bodyOne.map(full),
    bodyTwo: [...before.map(full), loudest(layer, 127, elements, layer.poolHeight === 0 ? 32767 : 127), ...model.bodyTwo.slice(index + 1)],
  };
}

async function check(what: string, model: QuantizedModel, inputs: readonly Float32Array[]): Promise<void> {
  const built = await build(PLAN.name, model, PLAN.frontEnd);
  const expected = inputs.map((mfcc) => runNetwork(model, mfcc, PLAN.frontEnd.clip).logits);
  for (const [build, instance] of await instancesOf(built)) {
    for (const [index, mfcc] of inputs.entries()) {
      if (describeDifference("logits", instance.network(mfcc).logits, expected[index]!))
        assert.fail(`${build}, ${what}: ${firstDifferenceOfNetwork(built, instance, mfcc)}`);
    }
  }
}

const MODEL = planModel(PLAN);
const SIZE = MODEL.frames * MODEL.coefficients;

test("body I: MFCCs and weights at their limits, in all combinations of signs", async () => {
  const bodyOne = MODEL.bodyOne.map((path) => loudest(path, 4095, 4, 127));
  const random = new Random(62);
  const inputs = [1, -1].map((sign) => new Float32Array(SIZE).fill(10 * sign));
  const mixed = Array.from({ length: 20 }, () => Float32Array.from({ length: SIZE }, () => (random.unit() < 0.5 ? 10 : -10)));
  await check("largest sums of body I", { ...MODEL, bodyOne }, [...inputs, ...mixed]);
});

for (const [index, { name }] of MODEL.bodyTwo.entries()) {
  test(`${name}: all activations 127, all weights 127 or -127`, async () => {
    await check(`largest sums of ${name}`, extremeAt(MODEL, index), [new Float32Array(SIZE)]);
  });
}

test("multipliers and shifts over their whole range", async () => {
  const random = new Random(63);
  const scramble = (layer: QuantizedConvolution): QuantizedConvolution => ({
    ...layer,
    multiplier: layer.multiplier.map((multiplier) => {
      const choice = random.unit();
      return choice < 0.2 ? 2 ** 30 : choice < 0.4 ? 2 ** 31 - 1 : multiplier;
    }),
    shift: layer.shift.map((shift) => {
      const choice = random.unit();
      return choice < 0.05 ? 3 : choice < 0.1 ? 62 : shift + random.integer(-2, 2);
    }),
  });
  const model = { ...MODEL, bodyOne: MODEL.bodyOne.map(scramble), bodyTwo: MODEL.bodyTwo.map(scramble) };
  const inputs = Array.from({ length: 30 }, () => Float32Array.from({ length: SIZE }, () => random.between(-10, 10)));
  await check("all shifts", model, inputs);
});

test("logits whose differences leave int32, equal ones, and scales that spread them", async () => {
  const small = planModel({ ...PLAN, widths: [4, 4, 4, 4, 4, 4, 4, 4] });
  const bias = Int32Array.of(2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, 0);
  const mfcc = new Float32Array(SIZE);
  for (const logitScale of [4e-8, 1e-9, 1].map(Math.fround)) {
    const model = { ...small, dense: { ...small.dense, weights: small.dense.weights.map(() => 0), bias, logitScale } };
    const built = await build(`large logits, scale ${logitScale}`, model, PLAN.frontEnd, 0, "embedded");
    const answer = (await Instance.create(built.embedded)).network(mfcc);
    assertSame("logits", answer.logits, bias);
    assertSame("probabilities", answer.probabilities, softmax(bias, logitScale));
    assert.equal(answer.label, 0, "the first of equals");
  }
});

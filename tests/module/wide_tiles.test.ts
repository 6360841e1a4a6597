/** Which 3x3 layers the host builds compute in Winograd's large tiles, F(4x4, 3x3), and that every edge has the reference's bits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { winogradTile } from "../../ts-tools/emit/expanded_weights.js";
import { shapedLayers } from "../../ts-tools/emit/network_shape.js";
import type { QuantizedConvolution, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { runNetwork } from "../reference/network.js";
import { Random } from "../support/random.js";
import { fixedPoint, randomMfcc, type Widths } from "../support/random_model.js";
import { build, type ModelPlan, planModel, shortFrontEnd } from "./built_model.js";
import { describeDifference } from "./compare.js";
import { firstDifferenceOfNetwork } from "./first_difference.js";
import { instancesOf } from "./instances.js";

/** Groups of eight channels that are half empty. */
const WIDTHS: Widths = [4, 4, 4, 12, 20, 4, 12, 8];

function plan(frames: number, coefficients: number): ModelPlan {
  return {
    name: `${frames} frames, ${coefficients} coefficients`,
    frontEnd: shortFrontEnd(frames, coefficients),
    widths: WIDTHS,
    classes: 3,
    seed: 121,
  };
}

function tilesOf(model: QuantizedModel): number[] {
  return shapedLayers(model)
    .slice(model.bodyOne.length)
    .map((shaped) => winogradTile(model, shaped));
}

/** Every weight the largest, by tap and channel; results in the middle of the range. */
function loud(layer: QuantizedConvolution, signOf: (tap: number, channel: number) => number): QuantizedConvolution {
  const taps = layer.kernelHeight * layer.kernelWidth * layer.inputChannels;
  return {
    ...layer,
    weights: layer.weights.map((_, index) => 127 * signOf(index % taps, Math.floor(index / taps))),
    bias: layer.bias.map((_, channel) => 50 * taps * (channel % 7)),
    ...requantizedBy(layer, 1 / (taps * 127)),
  };
}

function requantizedBy(layer: QuantizedConvolution, factor: number): Pick<QuantizedConvolution, "multiplier" | "shift"> {
  const { multiplier, shift } = fixedPoint(factor);
  return { multiplier: layer.multiplier.map(() => multiplier), shift: layer.shift.map(() => shift) };
}

async function check(what: string, model: QuantizedModel, { name, frontEnd }: ModelPlan): Promise<void> {
  const built = await build(name, model, frontEnd);
  const random = new Random(122);
  const inputs: Float32Array[] = [0, 10, -10].map((value) => new Float32Array(model.frames * model.coefficients).fill(value));
  for (let i = 0; i < 8; i++) inputs.push(randomMfcc(random, model.frames, model.coefficients, frontEnd.clip));
  const expected = inputs.map((mfcc) => runNetwork(model, mfcc, frontEnd.clip).logits);
  for (const [build, instance] of await instancesOf(built)) {
    for (const [index, mfcc] of inputs.entries()) {
      if (describeDifference("logits", instance.network(mfcc).logits, expected[index]!))
        assert.fail(`${build}, ${what}: ${firstDifferenceOfNetwork(built, instance, mfcc)}`);
    }
  }
}

test("three large tiles side by side, but in the layer before the last", () => {
  assert.deepEqual(tilesOf(planModel(plan(9, 16))), [2, 2, 2, 2, 0]);
  assert.deepEqual(tilesOf(planModel(plan(9, 17))), [4, 2, 2, 2, 0]);
  assert.deepEqual(tilesOf(planModel(plan(184, 40))), [4, 4, 2, 2, 0]);
  assert.deepEqual(tilesOf(planModel(plan(9, 65))), [4, 4, 4, 2, 0]);
});

test("small tiles where 64 times a sum does not fit", () => {
  const model = planModel({ ...plan(9, 17), widths: [80, 80, 80, 4, 4, 4, 4, 4] });
  const [first] = model.bodyTwo as [QuantizedConvolution];
  const taps = 9 * 240;
  /** The tile when the third channel's absolute weights have this sum, as 127 each from the first on. */
  const tileOf = (sum: number): number => {
    const weights = first.weights.map((_, index) => {
      const weight = Math.max(0, Math.min(127, sum - 127 * (index % taps)));
      return Math.floor(index / taps) === 2 ? weight * (index % 2 ? 1 : -1) : 1;
    });
    return tilesOf({ ...model, bodyTwo: model.bodyTwo.with(0, { ...first, weights }) })[0]!;
  };
  // 2^31 / 64 / 127 is 264,208.03.
  assert.deepEqual([264_208, 264_209].map(tileOf), [4, 2]);
});

test("sums that wrap around at 2^32 before they are 64 times a sum", async () => {
  const shape = { ...plan(9, 17), widths: [76, 76, 76, 4, 4, 4, 4, 4] as Widths };
  const model = planModel(shape);
  const [first] = model.bodyTwo as [QuantizedConvolution];
  const taps = 9 * first.inputChannels;
  const largest = 127 * 127 * taps;
  // F(4x4) is taken, and only just; its 576 times a sum fits in 32 bits not by far.
  assert.ok(64 * largest < 2 ** 31 && 80 * largest > 2 ** 31);
  assert.ok(576 * largest > 4 * 2 ** 32);
  // All activations of body I are 127 for any sound; the sums are the largest and the smallest there are.
  const full = (layer: QuantizedConvolution): QuantizedConvolution => ({
    ...layer,
    weights: layer.weights.map(() => 0),
    bias: layer.bias.map(() => 2 ** 18),
    ...requantizedBy(layer, 2 ** -10),
  });
  const extreme: QuantizedConvolution = {
    ...first,
    weights: first.weights.map((_, index) => (Math.floor(index / taps) % 2 ? -127 : 127)),
    bias: first.bias.map((_, channel) => (channel % 2 ? 1.1 : -0.1) * largest).map(Math.floor),
    ...requantizedBy(first, 110 / (4 * largest)),
  };
  const loudest = { ...model, bodyOne: model.bodyOne.map(full), bodyTwo: model.bodyTwo.with(0, extreme) };
  assert.deepEqual(tilesOf(loudest), [4, 2, 2, 2, 0]);
  await check("largest sums", loudest as QuantizedModel, shape);
});

// Last tiles with one to four rows and columns inside, in layers that pool two columns and in those that pool one.
for (const [frames, coefficients] of [
  [9, 17],
  [11, 20],
  [13, 21],
  [16, 23],
  [5, 26],
  [37, 80],
] as const) {
  test(`${frames} frames of ${coefficients} coefficients`, async () => {
    const shape = plan(frames, coefficients);
    const model = planModel(shape);
    await check("random weights", model, shape);
    const both = model.bodyTwo.map((layer) =>
      layer.kernelHeight === 3 ? loud(layer, (tap, channel) => ((tap >> (channel % 4)) & 1 ? 1 : -1)) : layer,
    );
    await check("weights of 127 of both signs", { ...model, bodyTwo: both }, shape);
    const one = model.bodyTwo.map((layer) => (layer.kernelHeight === 3 ? loud(layer, (_, channel) => (channel % 3 ? 1 : -1)) : layer));
    await check("weights of 127 of one sign a channel", { ...model, bodyTwo: one }, shape);
  });
}

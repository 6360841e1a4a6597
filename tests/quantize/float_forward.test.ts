/** The float network against sums written out one by one, and against the reference probabilities of the trained model. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FloatConvolution } from "../../ts-tools/model/float_model.js";
import { BODY_ONE_PLAN, BODY_TWO_PLAN, type LayerPlan } from "../../ts-tools/model/layer_shapes.js";
import { floatNetwork, floatVoice } from "../../ts-tools/quantize/float_forward.js";
import { smallModel, smallSegments, smallVoice } from "./small_models.js";
import { referenceProbabilities, referenceSegments, skipUpstream, upstreamModel } from "./upstream.js";

/** [height, width, channels] as nested arrays. */
type Image = number[][][];

function layerPlainly(input: Image, layer: FloatConvolution, plan: LayerPlan): Image {
  const height = input.length;
  const width = input[0]!.length;
  const rectified = (y: number, x: number, output: number): number => {
    let sum = layer.bias[output]!;
    for (let ky = 0; ky < layer.kernelHeight; ky++) {
      for (let kx = 0; kx < layer.kernelWidth; kx++) {
        const pixel = input[y + ky - Math.floor((layer.kernelHeight - 1) / 2)]?.[x + kx - Math.floor((layer.kernelWidth - 1) / 2)];
        pixel?.forEach((value, i) => {
          sum += value * layer.weights[((ky * layer.kernelWidth + kx) * layer.inputChannels + i) * layer.outputChannels + output]!;
        });
      }
    }
    return Math.max(sum, 0);
  };
  const poolHeight = plan.poolHeight || height;
  const poolWidth = plan.poolWidth || width;
  const average = (top: number, left: number, output: number): number => {
    const values: number[] = [];
    for (let y = top; y < Math.min(top + poolHeight, height); y++) {
      for (let x = left; x < Math.min(left + poolWidth, width); x++) values.push(rectified(y, x, output));
    }
    return values.reduce((a, b) => a + b, 0) / values.length;
  };
  const steps = (size: number, step: number) => Array.from({ length: Math.ceil(size / step) }, (_, i) => i * step);
  const channels = Array.from({ length: layer.outputChannels }, (_, output) => output);
  return steps(height, poolHeight).map((y) => steps(width, poolWidth).map((x) => channels.map((output) => average(y, x, output))));
}

test("a small network equals its sums computed one by one", () => {
  const model = smallModel(3);
  const { mfcc } = smallSegments(5, 1)[0]!;
  const seen = new Map<string, Float64Array>();
  const probabilities = floatNetwork(model)(mfcc, (name, tensor) => seen.set(name, tensor));

  const input = Array.from({ length: model.frames }, (_, t) =>
    Array.from(mfcc.subarray(t * model.coefficients, (t + 1) * model.coefficients), (value) => [value]),
  );
  const paths = model.bodyOne.map((layer, i) => layerPlainly(input, layer, BODY_ONE_PLAN[i]!));
  let image: Image = paths[0]!.map((row, y) => row.map((_, x) => paths.flatMap((path) => path[y]![x]!)));
  const expected = [image];
  model.bodyTwo.forEach((layer, i) => {
    image = layerPlainly(image, layer, BODY_TWO_PLAN[i]!);
    expected.push(image);
  });
  assert.deepEqual([...seen.keys()], ["bodyOne", "body2_1", "body2_2", "body2_3", "body2_4", "features"]);
  [...seen.values()].forEach((tensor, i) => {
    const plain = expected[i]!.flat(2);
    assert.equal(tensor.length, plain.length);
    tensor.forEach((value, k) => {
      assert.ok(Math.abs(value - plain[k]!) < 1e-9, `activation ${i}, element ${k}: ${value} and ${plain[k]}`);
    });
  });

  const features = expected.at(-1)!.flat(2);
  const { classes, weights, bias } = model.dense;
  const logits = Array.from(bias, (value, c) => features.reduce((sum, feature, i) => sum + feature * weights[i * classes + c]!, value));
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  logits.forEach((logit, c) => {
    assert.ok(Math.abs(probabilities[c]! - Math.exp(logit) / total) < 1e-9);
  });
  const voice = smallVoice(3);
  const x = features.reduce((sum, feature, i) => sum + feature * voice.weights[i]!, voice.bias[0]!);
  assert.ok(Math.abs(floatVoice(voice, seen.get("features")!) - 1 / (1 + Math.exp(-x))) < 1e-9);
});

test("the trained model returns the reference probabilities to 1e-5", { skip: skipUpstream }, async (t) => {
  const run = floatNetwork(await upstreamModel());
  const expected = referenceProbabilities();
  let worst = 0;
  for (const { file, mfcc } of referenceSegments()) {
    run(mfcc).forEach((value, c) => {
      worst = Math.max(worst, Math.abs(value - expected[file]![c]!));
    });
  }
  t.diagnostic(`largest difference ${worst.toExponential(2)}`);
  assert.ok(worst <= 1e-5, `largest difference ${worst}`);
});

/** From float weights to integers: ranges, rounding, padding, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FloatModel } from "../../ts-tools/model/float_model.js";
import { layerSizes } from "../../ts-tools/model/layer_shapes.js";
import { ModelError } from "../../ts-tools/model/model_error.js";
import type { ActivationScales } from "../../ts-tools/model/model_types.js";
import { floatNetwork } from "../../ts-tools/quantize/float_forward.js";
import { padChannels } from "../../ts-tools/quantize/pad_channels.js";
import { quantizeModel, roundHalfAway } from "../../ts-tools/quantize/quantize.js";
import { SMALL_FRONT_END, smallModel, smallQuantized, smallSegments } from "./small_models.js";

const SCALES: ActivationScales = { bodyOne: 0.05, bodyTwo: [0.04, 0.03, 0.03, 0.03], features: 1e-4 };

function quantizeChanged(change: (model: FloatModel) => void, scales = SCALES) {
  const model = smallModel(1);
  change(model);
  return quantizeModel(model, scales, SMALL_FRONT_END);
}

function refusal(change: (model: FloatModel) => void, scales = SCALES): string {
  try {
    quantizeChanged(change, scales);
  } catch (error) {
    assert.ok(error instanceof ModelError);
    return error.message;
  }
  return assert.fail("nothing was refused");
}

test("halves are rounded away from zero", () => {
  assert.deepEqual([0.5, 1.5, 2.4, -0.5, -1.5, -2.6].map(roundHalfAway), [1, 2, 2, -1, -2, -3]);
});

test("weights, biases and factors are the nearest integers of the padded model", () => {
  const { float, quantized, calibration } = smallQuantized(2);
  const padded = padChannels(float);
  const sizes = layerSizes(float.frames, float.coefficients);
  const windows = [...sizes.bodyOne, ...sizes.bodyTwo].map((size) => size.windowHeight * size.windowWidth);
  const floats = [...padded.bodyOne, ...padded.bodyTwo];
  const { bodyOne, bodyTwo, features } = calibration.scales;
  const outputScales = [bodyOne, bodyOne, bodyOne, ...bodyTwo, features];
  [...quantized.bodyOne, ...quantized.bodyTwo].forEach((layer, index) => {
    const source = floats[index]!;
    const taps = layer.kernelHeight * layer.kernelWidth * layer.inputChannels;
    assert.equal(layer.outputScale, outputScales[index]);
    assert.equal(layer.inputScale, index < 3 ? 10 / 4095 : outputScales[index - 1]);
    for (let c = 0; c < layer.outputChannels; c++) {
      const scale = layer.weightScales[c]!;
      let largest = 0;
      for (let tap = 0; tap < taps; tap++) {
        const weight = layer.weights[c * taps + tap]!;
        largest = Math.max(largest, Math.abs(weight));
        assert.ok(Math.abs(weight - source.weights[tap * layer.outputChannels + c]! / scale) <= 0.5);
      }
      assert.ok(largest === 127 || (largest === 0 && scale === 1));
      assert.ok(Math.abs(layer.bias[c]! - source.bias[c]! / (layer.inputScale * scale)) <= 0.5);
      const factor = (layer.inputScale * scale) / (layer.outputScale * windows[index]!);
      assert.ok(Math.abs(layer.multiplier[c]! * 2 ** -layer.shift[c]! - factor) <= factor * 2 ** -31);
    }
  });
  const { dense } = quantized;
  assert.equal(dense.logitScale, Math.fround(dense.inputScale * dense.weightScale));
  assert.equal(Math.max(...dense.weights.map(Math.abs)), 127);
  for (let c = 0; c < dense.classes; c++) {
    for (let i = 0; i < dense.inputs; i++) {
      const real = padded.dense.weights[i * dense.classes + c]! / dense.weightScale;
      assert.ok(Math.abs(dense.weights[c * dense.inputs + i]! - real) <= 0.5);
    }
  }
});

test("widths become multiples of four and no probability changes", () => {
  const model = smallModel(4);
  const padded = padChannels(model);
  const widths = [...padded.bodyOne, ...padded.bodyTwo].map((layer) => [layer.inputChannels, layer.outputChannels]);
  assert.deepEqual(widths, [
    [1, 4],
    [1, 8],
    [1, 4],
    [16, 8],
    [8, 12],
    [12, 8],
    [8, 8],
    [8, 16],
  ]);
  assert.equal(padded.dense.inputs, 16);
  const { mfcc } = smallSegments(6, 1)[0]!;
  const expected = floatNetwork(model)(mfcc);
  floatNetwork(padded)(mfcc).forEach((value, c) => {
    assert.ok(Math.abs(value - expected[c]!) < 1e-12);
  });
  assert.deepEqual(padChannels(padded), padded);
});

test("a channel of zeros has scale 1 and keeps its bias", () => {
  const quantized = quantizeChanged((model) => {
    const layer = model.bodyTwo[1];
    for (let tap = 0; tap < layer.weights.length; tap += layer.outputChannels) layer.weights[tap] = 0;
    layer.bias[0] = 0.8;
  });
  assert.equal(quantized.bodyTwo[1]!.weightScales[0], 1);
  assert.equal(quantized.bodyTwo[1]!.bias[0], 0.8 / 0.04);
});

test("a bias far larger than its weights sets the scale, and still fits", () => {
  const quantized = quantizeChanged((model) => {
    const layer = model.bodyTwo[0];
    for (let tap = 0; tap < layer.weights.length; tap += layer.outputChannels) layer.weights[tap] = 1e-20;
    layer.bias[0] = 2;
  });
  const layer = quantized.bodyTwo[0]!;
  assert.equal(layer.bias[0], 2 ** 28);
  assert.equal(layer.weights[0], 0);
  const real = layer.bias[0]! * layer.inputScale * layer.weightScales[0]!;
  assert.ok(Math.abs(real - 2) < 1e-6);
});

test("weights that could overflow 32 bits are refused, with layer and channel", () => {
  // A window of two hours is averaged over so many elements that 7 weights of 127 are too much.
  const model = smallModel(1);
  const frames = 480_000;
  const frontEnd = { ...SMALL_FRONT_END, windowSamples: 1024 + (frames - 1) * 256 };
  assert.throws(
    () => quantizeModel({ ...model, frames }, SCALES, frontEnd),
    /^ModelError: body2_5 can overflow 32 bits in channel \d+: .*\.$/,
  );
});

test("logits that could overflow 32 bits are refused, with the class", () => {
  const message = refusal((model) => {
    const classes = model.dense.classes;
    const inputs = 1200;
    model.bodyTwo[4].outputChannels = inputs;
    model.bodyTwo[4].weights = new Float32Array(model.bodyTwo[4].inputChannels * inputs);
    model.bodyTwo[4].bias = new Float32Array(inputs);
    model.dense.inputs = inputs;
    model.dense.weights = new Float32Array(inputs * classes).fill(1);
  });
  assert.match(message, /^dense can overflow 32 bits in class 0: .*\.$/);
});

test("a body I kernel with more taps than packed sums hold is refused", () => {
  const message = refusal((model) => {
    const layer = model.bodyOne[0];
    layer.kernelHeight = 17;
    layer.weights = new Float32Array(17 * layer.outputChannels).fill(1);
  });
  assert.match(message, /^temporal has a kernel of 17 taps, .* at most 16; use a smaller kernel\.$/);
});

test("weights that are not numbers are refused", () => {
  const weight = refusal((model) => {
    model.bodyTwo[2].weights[5] = Number.NaN;
  });
  assert.equal(weight, "conv_c has a weight or bias in channel 5 that is not a finite number.");
  const head = refusal((model) => {
    model.dense.bias[1] = Infinity;
  });
  assert.equal(head, "dense has a weight or bias that is not a finite number.");
});

test("scales and front ends that do not fit are refused", () => {
  assert.match(
    refusal(() => {}, { ...SCALES, features: 0 }),
    /activation scale of features must be a positive number, not 0/,
  );
  const model = smallModel(1);
  const frontEnd = { ...SMALL_FRONT_END, coefficients: 12 };
  assert.throws(() => quantizeModel(model, SCALES, frontEnd), /takes 19 frames of 11 MFCCs, but the front end makes 19 of 12/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { QuantizedConvolution, QuantizedModel } from "../../ts-tools/model/model_types.js";
import { convolve, type Tensor } from "./convolution.js";
import { quantizeInput, runQuantizedNetwork } from "./network.js";
import { rectifyPoolRequantize, requantize } from "./pooling.js";

const TWO_TO_30 = 2 ** 30;

/** A layer that averages its pooling window: multiplier * 2^-shift = 1 / full, `full` a power of two. */
function layer(
  kernel: [number, number],
  inputChannels: number,
  weights: number[],
  bias: number[],
  pool: [number, number],
): QuantizedConvolution {
  const full = pool[0] * pool[1] || 1;
  return {
    name: "test",
    kernelHeight: kernel[0],
    kernelWidth: kernel[1],
    inputChannels,
    outputChannels: bias.length,
    weights: Int8Array.from(weights),
    weightScales: new Float64Array(bias.length).fill(1),
    bias: Int32Array.from(bias),
    multiplier: new Int32Array(bias.length).fill(TWO_TO_30),
    shift: new Uint8Array(bias.length).fill(30 + Math.log2(full)),
    inputScale: 1,
    outputScale: 1,
    poolHeight: pool[0],
    poolWidth: pool[1],
  };
}

function tensor(height: number, width: number, channels: number, values: number[]): Tensor {
  return { height, width, channels, values: Int32Array.from(values) };
}

test("'same' padding: (k-1)/2 before, k/2 after", () => {
  const row = tensor(1, 3, 1, [1, 2, 3]);
  assert.deepEqual(Array.from(convolve(row, layer([1, 2], 1, [10, 1], [0], [1, 1])).values), [12, 23, 30]);
  assert.deepEqual(Array.from(convolve(row, layer([1, 3], 1, [100, 10, 1], [0], [1, 1])).values), [12, 123, 230]);
  assert.deepEqual(Array.from(convolve(tensor(3, 1, 1, [1, 2, 3]), layer([3, 1], 1, [100, 10, 1], [5], [1, 1])).values), [17, 128, 235]);
  // Two channels in, two out: pixel (1, 10) under kernels (1, 2) and (3, -1).
  assert.deepEqual(Array.from(convolve(tensor(1, 1, 2, [1, 10]), layer([1, 1], 2, [1, 2, 3, -1], [0, 7], [1, 1])).values), [21, 0]);
});

test("convolution is the definition, whatever the sizes", () => {
  const shapes = fc.record({
    height: fc.integer({ min: 1, max: 6 }),
    width: fc.integer({ min: 1, max: 6 }),
    channels: fc.integer({ min: 1, max: 3 }),
    outputs: fc.integer({ min: 1, max: 3 }),
    kernelHeight: fc.integer({ min: 1, max: 11 }),
    kernelWidth: fc.integer({ min: 1, max: 9 }),
  });
  const numbers = fc.infiniteStream(fc.integer({ min: -127, max: 127 }));
  fc.assert(
    fc.property(shapes, numbers, ({ height, width, channels, outputs, kernelHeight, kernelWidth }, stream) => {
      const draw = (count: number): number[] => Array.from({ length: count }, () => stream.next().value);
      const input = tensor(height, width, channels, draw(height * width * channels));
      const convolution = layer(
        [kernelHeight, kernelWidth],
        channels,
        draw(outputs * kernelHeight * kernelWidth * channels),
        draw(outputs),
        [1, 1],
      );
      const result = convolve(input, convolution);
      for (let t = 0; t < height; t++)
        for (let c = 0; c < width; c++)
          for (let o = 0; o < outputs; o++)
            assert.equal(result.values[(t * width + c) * outputs + o], definition(input, convolution, t, c, o));
    }),
  );
});

/** One accumulator, tap by tap. */
function definition(input: Tensor, convolution: QuantizedConvolution, t: number, c: number, o: number): number {
  const { kernelHeight, kernelWidth, inputChannels } = convolution;
  let sum = BigInt(convolution.bias[o]!);
  for (let dt = 0; dt < kernelHeight; dt++) {
    for (let dc = 0; dc < kernelWidth; dc++) {
      const row = t + dt - ((kernelHeight - 1) >> 1);
      const column = c + dc - ((kernelWidth - 1) >> 1);
      if (row < 0 || row >= input.height || column < 0 || column >= input.width) continue;
      for (let i = 0; i < inputChannels; i++) {
        const weight = convolution.weights[((o * kernelHeight + dt) * kernelWidth + dc) * inputChannels + i]!;
        sum += BigInt(weight) * BigInt(input.values[(row * input.width + column) * inputChannels + i]!);
      }
    }
  }
  return Number(sum);
}

test("windows over the edge average what is inside", () => {
  const pool = layer([1, 1], 1, [1], [0], [2, 2]);
  const ramp = tensor(3, 3, 1, [4, 8, 20, 12, 16, 40, 2, 4, 90]);
  assert.deepEqual(rectifyPoolRequantize(ramp, pool), tensor(2, 2, 1, [10, 30, 3, 90]));
  const tall = layer([1, 1], 1, [1], [0], [2, 1]);
  assert.deepEqual(rectifyPoolRequantize(ramp, tall), tensor(2, 3, 1, [8, 12, 30, 2, 4, 90]));
  assert.deepEqual(rectifyPoolRequantize(tensor(1, 1, 1, [5]), pool), tensor(1, 1, 1, [5]));
});

test("ReLU comes before the pooling sum, a half is rounded up, the clamp comes last", () => {
  const pool = layer([1, 1], 1, [1], [0], [2, 1]);
  const pairs = tensor(2, 4, 1, [-100, 1, 200, -1, 6, 0, 100, -3]);
  assert.deepEqual(Array.from(rectifyPoolRequantize(pairs, pool).values), [3, 1, 127, 0]);
  const everything = layer([1, 1], 1, [1], [0], [0, 0]);
  assert.deepEqual(Array.from(rectifyPoolRequantize(tensor(1, 2, 1, [30000, 5000]), everything).values), [32767]);
});

test("requantization is the nearest integer to the product, halves up, clamped", () => {
  const sum = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  const multiplier = fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 });
  const shift = fc.integer({ min: 1, max: 62 });
  fc.assert(
    fc.property(sum, multiplier, shift, fc.constantFrom(127, 32767), (value, factor, bits, maximum) => {
      const unit = 1n << BigInt(bits);
      const result = BigInt(requantize(value, factor, bits, maximum));
      const doubledError = 2n * (BigInt(value) * BigInt(factor) - result * unit);
      assert.ok(doubledError >= -unit);
      assert.ok(doubledError < unit || result === BigInt(maximum));
    }),
  );
  assert.equal(requantize(1, TWO_TO_30, 31, 127), 1);
  assert.equal(requantize(1, TWO_TO_30, 32, 127), 0);
  assert.throws(() => requantize(1, TWO_TO_30, 63, 127), /outside 1..62/);
});

/** Three paths of one channel that double, negate and pass 2 x 2 numbers; their mean; a head of two classes. */
const HAND_MODEL: QuantizedModel = {
  frames: 2,
  coefficients: 2,
  bodyOne: [1, 2, -1].map((weight) => layer([1, 1], 1, [weight], [0], [2, 2])),
  bodyTwo: [layer([1, 1], 3, [1, 1, 1], [2], [0, 0])],
  dense: {
    name: "dense",
    inputs: 1,
    classes: 2,
    weights: Int8Array.of(3, -2),
    weightScale: 1,
    bias: Int32Array.of(1, 0),
    inputScale: 1,
    logitScale: 1,
  },
};

test("a network done by hand", () => {
  const { activations, logits } = runQuantizedNetwork(HAND_MODEL, Int32Array.of(4, 8, 12, -16));
  // Means of (4, 8, 12, 0), (8, 16, 24, 0) and (0, 0, 0, 16); then their sum and 2.
  assert.deepEqual(
    activations.map((activation) => Array.from(activation.values)),
    [[6, 12, 4], [24]],
  );
  assert.deepEqual(logits, Int32Array.of(73, -48));
});

test("MFCCs become 13-bit integers, ties to even", () => {
  const values = Float32Array.of(10, -10, 0, 1 / 819, 3 / 819, -1 / 819, 9.9999);
  assert.deepEqual(
    Array.from(quantizeInput(values, 10), (x) => x + 0),
    [4095, -4095, 0, 0, 2, 0, 4095],
  );
  assert.deepEqual(Array.from(quantizeInput(Float32Array.of(25, -25), 25)), [4095, -4095]);
});

test("sums beyond int32 and wrong shapes are refused", () => {
  const large = layer([1, 1], 1, [127], [2 ** 31 - 1], [1, 1]);
  assert.throws(() => convolve(tensor(1, 1, 1, [1]), large), /more than int32 holds/);
  assert.throws(() => runQuantizedNetwork(HAND_MODEL, new Int32Array(5)), /2 x 2 MFCCs/);
  assert.throws(() => convolve(tensor(1, 1, 2, [1, 1]), large), /needs 1 channels and gets 2/);
});

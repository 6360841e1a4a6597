/** The arithmetic of the import: folding, the order of the concatenation, half precision. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { float16ToFloat32 } from "../../ts-tools/import/float16.js";
import { type AffineLayer, foldBatchNorm } from "../../ts-tools/import/fold_batch_norm.js";
import type { ConvolutionLayer, Weights } from "../../ts-tools/import/layer_graph.js";
import { permuteInputChannels } from "../../ts-tools/import/permute_input_channels.js";

const vector = (...values: number[]): Weights => ({ shape: [values.length], values: Float32Array.from(values) });
const layer = (name: string) => ({ id: name, name, operation: name, inputs: [] });

function convolution(bias?: Weights): ConvolutionLayer {
  return {
    ...layer("conv"),
    kind: "convolution",
    kernel: { shape: [1, 1, 2, 2], values: Float32Array.of(1, 2, 3, 4) },
    bias,
    strides: [1, 1],
    dilations: [1, 1],
    padding: "same",
    groups: 1,
    activation: "linear",
  };
}

test("batch norm: weights take gamma / sqrt(variance + epsilon) of their output channel, the bias the rest", () => {
  const norm: AffineLayer = {
    ...layer("norm"),
    kind: "batchNorm",
    gamma: vector(2, 3),
    beta: vector(10, 20),
    mean: vector(1, -1),
    variance: vector(3, 8),
    epsilon: 1,
  };
  const { weights, bias } = foldBatchNorm("file", convolution(vector(5, 7)), [norm]);
  assert.deepEqual([...weights], [1, 2, 3, 4]);
  assert.deepEqual([...bias], [5 - 1 + 10, 7 + 1 + 20]);
});

test("batch norm without gamma and beta", () => {
  const norm: AffineLayer = {
    ...layer("norm"),
    kind: "batchNorm",
    gamma: undefined,
    beta: undefined,
    mean: vector(1, 2),
    variance: vector(0.25, 4),
    epsilon: 0,
  };
  const { weights, bias } = foldBatchNorm("file", convolution(), [norm]);
  assert.deepEqual([...weights], [2, 1, 6, 2]);
  assert.deepEqual([...bias], [-2, -1]);
});

test("scales and shifts compose in their order, one value counts for all channels", () => {
  const scale: AffineLayer = { ...layer("mul"), kind: "scale", factor: { shape: [1, 1, 1, 2], values: Float32Array.of(2, 3) } };
  const shift: AffineLayer = { ...layer("add"), kind: "shift", offset: { shape: [], values: Float32Array.of(10) } };
  assert.deepEqual([...foldBatchNorm("file", convolution(vector(1, 1)), [scale, shift]).bias], [12, 13]);
  assert.deepEqual([...foldBatchNorm("file", convolution(vector(1, 1)), [shift, scale]).bias], [22, 33]);
  assert.deepEqual([...foldBatchNorm("file", convolution(vector(1, 1)), [shift, scale]).weights], [2, 6, 6, 12]);
});

test("input channels come back in the order of the paths", () => {
  fc.assert(
    fc.property(
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
      fc.constantFrom([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]),
      (widths, order) => {
        const channels = widths[0] + widths[1] + widths[2];
        // Every weight names its tap, path, channel of the path and output channel.
        const weights = (paths: readonly number[]): number[] =>
          [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((tap) =>
            paths.flatMap((path) =>
              Array.from({ length: widths[path]! }, (_, channel) =>
                [0, 1].map((output) => tap * 1000 + path * 100 + channel * 10 + output),
              ).flat(),
            ),
          );
        const source = {
          name: "conv",
          kernelHeight: 3,
          kernelWidth: 3,
          inputChannels: channels,
          outputChannels: 2,
          weights: Float32Array.from(weights(order)),
          bias: new Float32Array(2),
        };
        assert.deepEqual([...permuteInputChannels(source, order, widths).weights], weights([0, 1, 2]));
      },
    ),
  );
});

test("every half is the float32 of the same value", () => {
  const halves = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
  const floats = float16ToFloat32(halves);
  const bits = new Uint32Array(floats.buffer);
  for (let half = 0; half < 0x10000; half++) {
    const [sign, exponent, fraction] = [half >> 15, (half >> 10) & 31, half & 1023];
    if (exponent === 31 && fraction !== 0) {
      assert.ok(Number.isNaN(floats[half]), `${half}`);
    } else if (exponent === 0) {
      // Subnormal: fraction units of 2^-24.
      assert.ok(Object.is(floats[half], (sign ? -1 : 1) * fraction * 2 ** -24), `${half}`);
    } else {
      // Normal and infinite: the exponent's bias goes from 15 to 127, the fraction gets 13 zeros.
      const wideExponent = exponent === 31 ? 255 : exponent + 112;
      assert.equal(bits[half], ((sign << 31) | (wideExponent << 23) | (fraction << 13)) >>> 0, `${half}`);
    }
  }
});

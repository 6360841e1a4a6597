/** How many multiplications a build really does for one segment, and how many the network has by definition. */

import { BLOCK_CHANNELS, expandedLayout } from "../../ts-tools/emit/expanded_weights.js";
import { shapedLayers, taps } from "../../ts-tools/emit/network_shape.js";
import { winogradBlock } from "../../ts-tools/emit/winograd.js";
import type { ModuleBuild } from "../../ts-tools/model/builds.js";
import { countNetwork } from "../../ts-tools/model/layer_shapes.js";
import type { QuantizedConvolution, QuantizedModel } from "../../ts-tools/model/model_types.js";

/** By definition: taps on the padding count. */
export function definedMultiplies(model: QuantizedModel): number {
  return countNetwork(model).multiplyAccumulates;
}

/**
 * What the kernels of a build multiply: rows are computed in pairs, tiles run over the edges, channels fill their vectors. Winograd's own
 * transforms, addresses and the requantization of every output are not counted.
 */
export function realMultiplies(model: QuantizedModel, build: ModuleBuild): number {
  return model.dense.inputs * (model.dense.classes + (model.voice ? 1 : 0)) + sum(layerMultiplies(model, build));
}

/** Those of every convolution: the three paths of body I, then body II. */
export function layerMultiplies(model: QuantizedModel, build: ModuleBuild): number[] {
  return build === "scalar" ? scalarConvolutions(model) : simdConvolutions(model);
}

/** assembly/kernels/convolve_packed.template.ts, convolve_winograd.template.ts */
function scalarConvolutions(model: QuantizedModel): number[] {
  return shapedLayers(model).map(({ layer, rows, columns }) => {
    const pairs = Math.ceil(rows / 2);
    if (model.bodyTwo.includes(layer) && winogradBlock(layer) > 0) {
      // Along the rows four products for two pixels; columns are taken in pairs, too.
      return pairs * 4 * even(columns) * layer.kernelWidth * layer.inputChannels * layer.outputChannels;
    }
    return pairs * 2 * columns * taps(layer) * layer.outputChannels;
  });
}

/** assembly/kernels/simd: convolve_windows.ts, multiply_int16.template.ts */
function simdConvolutions(model: QuantizedModel): number[] {
  const layout = expandedLayout(model);
  return shapedLayers(model).map(({ layer, rows, columns }, index) => {
    const pairs = Math.ceil(rows / 2);
    const channels = inGroups(layer);
    if (model.bodyOne.includes(layer)) return pairs * 2 * even(columns) * even(taps(layer)) * channels;
    const { tile, positions } = layout.layers[index]!;
    if (tile === 0) return rows * columns * taps(layer) * channels;
    return Math.ceil(rows / tile) * positions * Math.ceil(columns / tile) * layer.inputChannels * channels;
  });
}

function inGroups({ outputChannels }: QuantizedConvolution): number {
  return BLOCK_CHANNELS * Math.ceil(outputChannels / BLOCK_CHANNELS);
}

function even(count: number): number {
  return count + (count % 2);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

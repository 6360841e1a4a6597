/** What the kernels of 32-bit products (assembly/kernels/word) need: the order of their weights, their memory, and which layers have wide Winograd tiles. */
import { largestAbsoluteSum } from "../model/channel_weights.js";
import { GROUP_CHANNELS } from "../model/layer_shapes.js";
import type { QuantizedConvolution, QuantizedModel } from "../model/model_types.js";
import { shapedLayers, taps } from "./network_shape.js";
import { SUMS } from "./record_layouts.js";
import { constant } from "./source.js";
import { ACTIVATION_CENTER } from "./winograd.js";

/** Input channels of a 3x3 or 1x1 layer that the kernels hold at once, and groups of output channels or positions of a Winograd tile. */
const CHANNELS = 32;
const POSITIONS = 16;
/** Columns of the widest tile. */
const WIDEST_TILE = 4;
/** Weights are stored plus this, so that none is negative. */
const WEIGHT_CENTER = 128;
/** Bytes of the weights that the kernels hold at once, int16; the products of a tile follow them. */
const WEIGHTS_BYTES = (CHANNELS / 2) * POSITIONS * GROUP_CHANNELS * 4;
/** The same for F(2x4, 3x3), whose tiles have four columns. Their values take 384 bytes a column, not 512. */
const WIDE_POSITIONS = 24;
const WIDE_COLUMNS = 4;
const WIDEST_WIDE_TILE = 3;
/** combine_wide_tiles.ts keeps sums times this in 32 bits. */
const WIDE_SCALE = 48;
/** Room for the accumulators of some groups: with less, input is transformed more often. */
const SUMS_BYTES = 5120;

/** Taps of one output channel as they are stored: those of a single input channel are filled up to whole pairs of pairs. */
export function wordTaps(layer: QuantizedConvolution): number {
  return layer.inputChannels === 1 ? 4 * Math.ceil(taps(layer) / 4) : taps(layer);
}

/**
 * The weights of four output channels, uint8: [pairs of inputs][2 pairs of channels][taps][2 inputs][2 channels], plus 128. The inputs of a pair are neighboring taps of the
 * only input channel, or channels 4 q and 4 q + 2, then 4 q + 1 and 4 q + 3 of several.
 */
export function wordWeights(layer: QuantizedConvolution, first: number): Uint8Array {
  const count = taps(layer);
  const single = layer.inputChannels === 1;
  const inputs = single ? wordTaps(layer) : layer.inputChannels;
  const places = single ? 1 : count / inputs;
  const weight = (channel: number, place: number, input: number): number => {
    const tap = place * inputs + input;
    return tap < count ? (layer.weights[channel * count + tap] ?? 0) : 0;
  };
  const bytes: number[] = [];
  for (let pair = 0; pair < inputs / 2; pair++) {
    const input = single ? 2 * pair : 4 * (pair >> 1) + (pair & 1);
    for (let channel = first; channel < first + GROUP_CHANNELS; channel += 2) {
      for (let place = 0; place < places; place++) {
        for (const at of [input, input + (single ? 1 : 2)])
          bytes.push(weight(channel, place, at) + WEIGHT_CENTER, weight(channel + 1, place, at) + WEIGHT_CENTER);
      }
    }
  }
  return Uint8Array.from(bytes);
}

/**
 * Whether F(2x4, 3x3) computes a layer of body II on processors with single products: its columns are whole tiles, the products of such a tile fit beside its values in
 * the memory of the other tiles' values, and no sum is too large.
 */
function isWide(layer: QuantizedConvolution, columns: number): boolean {
  if (layer.kernelHeight !== 3 || columns % WIDE_COLUMNS !== 0) return false;
  const values = valuesBytes(WIDE_POSITIONS) * (columns / WIDE_COLUMNS);
  const isRoom = values + productsBytes(WIDE_POSITIONS, WIDEST_WIDE_TILE) <= valuesBytes(POSITIONS) * (columns / 2);
  return isRoom && WIDE_SCALE * ACTIVATION_CENTER * largestAbsoluteSum(layer) < 2 ** 31;
}

/** Bytes of the transformed values of a tile, and of the products of `width` tiles. */
const valuesBytes = (positions: number): number => positions * (CHANNELS / 2) * 4;
const productsBytes = (positions: number, width: number): number => positions * width * GROUP_CHANNELS * 4;

/** assembly/generated/word.ts, read by assembly/network/word/body_two.ts */
export function emitWord(model: QuantizedModel): string {
  const bodyTwo = shapedLayers(model).slice(model.bodyOne.length);
  const bits = bodyTwo.reduce((sum, { layer, columns }, index) => sum + (isWide(layer, columns) ? 2 ** index : 0), 0);
  return [
    constant("WIDE_LAYERS", "i32", bits, "Layers of body II that F(2x4, 3x3) may compute, a bit each."),
    constant("WEIGHTS_BYTES", "usize", WEIGHTS_BYTES, "Of PACKED_WEIGHTS: the products of a tile follow."),
  ].join("");
}

/** Bytes of the regions whose size these kernels decide (memory_map.ts). */
export function wordMemory(model: QuantizedModel): { weightsAndProducts: number; values: number; initial: number } {
  const layers = shapedLayers(model).map(({ layer, columns }) => ({ layer, tiles: Math.ceil(columns / 2) }));
  const winograd = layers.filter(({ layer }) => model.bodyTwo.includes(layer) && layer.kernelHeight === 3);
  const mostTiles = Math.max(...winograd.map(({ tiles }) => tiles));
  const values = layers.map(({ layer, tiles }) => {
    const input =
      layer.inputChannels === 1 ? 4 * tiles * 2 * wordTaps(layer) : (layer.kernelHeight === 3 ? tiles : 1) * valuesBytes(POSITIONS);
    const groupSums = 2 * tiles * SUMS.COLUMN_BYTES;
    const groups = layer.outputChannels / GROUP_CHANNELS;
    return input + Math.min(groups * groupSums, Math.max(groupSums, SUMS_BYTES));
  });
  // Before there are products, sums of columns are there. The weights of 24 channels in wide tiles take less than both; their first sums less than those of other tiles.
  const products = Math.max(productsBytes(POSITIONS, WIDEST_TILE), 4 * (2 * mostTiles + 2));
  return { weightsAndProducts: WEIGHTS_BYTES + products, values: Math.max(...values), initial: mostTiles * POSITIONS * 4 };
}

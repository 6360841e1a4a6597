import { largestAbsoluteSum } from "../model/channel_weights.js";
import { ACTIVATION_LEVELS } from "../model/levels.js";
import type { QuantizedConvolution, QuantizedModel } from "../model/model_types.js";
import { align } from "./align.js";
import { templateConstant } from "./kernel_templates.js";
import { type ShapedLayer, shapedLayers, taps } from "./network_shape.js";
import { REQUANTIZATION } from "./record_layouts.js";

/** Output rows and columns of a Winograd tile, F(2x2, 3x3) or F(4x4, 3x3); 0 for a layer that is computed directly. */
export type WinogradTile = 0 | 2 | 4;

/** The expanded weights of all layers for the SIMD kernels (assembly/network/simd/expanded_weights.ts), and the room for one layer's values and sums. */
export interface ExpandedLayout {
  /** Of every convolution: byte offsets of its weights and its requantization, and its Winograd tile and positions; 0 where it is computed directly. */
  layers: { weights: number; requantization: number; tile: WinogradTile; positions: number }[];
  weightsBytes: number;
  requantizationBytes: number;
  valuesBytes: number;
  /** Values as the lanes of a vector, every pair of them 16 bytes. */
  repeatedBytes: number;
  productsBytes: number;
}

/** Output channels that the SIMD kernels compute together: two weight groups. */
export const BLOCK_CHANNELS = 8;
/** Pixels of a pooling window of body I. */
const WINDOW_PIXELS = 4;
const TILE_ROWS = templateConstant("simd/multiply_int16", "ROWS");
/** F(4x4, 3x3) computes 64 times a sum in its last step. */
const WIDE_SCALE = 64;
/** With fewer tiles in a row, the weights of F(4x4, 3x3) would be read for too few products. */
const LEAST_WIDE_TILES = 3;
/** Kernels read and write whole vectors: bytes after the last value. */
const MARGIN = 64;

export function expandedLayout(model: QuantizedModel): ExpandedLayout {
  const layout: ExpandedLayout = {
    layers: [],
    weightsBytes: 0,
    requantizationBytes: 0,
    valuesBytes: 0,
    repeatedBytes: 0,
    productsBytes: 0,
  };
  for (const shaped of shapedLayers(model)) {
    const { layer, columns } = shaped;
    const tile = winogradTile(model, shaped);
    const positions = tile > 0 ? (tile + 2) ** 2 : 0;
    const blocks = Math.ceil(layer.outputChannels / BLOCK_CHANNELS);
    layout.layers.push({ weights: layout.weightsBytes, requantization: layout.requantizationBytes, tile, positions });
    const pairs = positions > 0 ? layer.inputChannels / 2 : Math.ceil(taps(layer) / 2);
    layout.weightsBytes += blocks * 32 * Math.max(1, positions) * pairs;
    layout.requantizationBytes += blocks * 2 * REQUANTIZATION.BYTES;
    const inBodyOne = model.bodyOne.includes(layer);
    layout.repeatedBytes = Math.max(layout.repeatedBytes, 16 * pairs * (inBodyOne ? WINDOW_PIXELS : TILE_ROWS));
    // A pooling window of body I; a row of tiles in every position, or the pixels of two rows.
    const products = inBodyOne ? 1 : positions > 0 ? positions * Math.ceil(columns / tile) : 2 * columns;
    layout.productsBytes = Math.max(layout.productsBytes, 32 * products * blocks);
    if (!inBodyOne) layout.valuesBytes = Math.max(layout.valuesBytes, 2 * products * layer.inputChannels + MARGIN);
  }
  layout.weightsBytes += MARGIN;
  return layout;
}

/** A column's taps for two rows of body I, room for three more after them, whole words: as assembly/network/simd/body_one.ts lays them out. */
export function hostPatchBytes(path: QuantizedConvolution): number {
  return 2 * align((path.kernelHeight + 1) * path.kernelWidth + 3, 4);
}

/**
 * Large tiles multiply least, if a row has enough of them and their sums fit. Small ones compute 4 times a sum, which always fits: checkConvolution() allows
 * a sum of 2^30 at most, and one page of memory has no room for a layer that comes near.
 */
export function winogradTile(model: QuantizedModel, { layer, columns }: ShapedLayer): WinogradTile {
  if (!model.bodyTwo.includes(layer) || layer.kernelHeight !== 3 || layer.kernelWidth !== 3) return 0;
  // In a stream blocks of four rows end where a row of the last layer needs them to, but not in the layer before it.
  if (layer === model.bodyTwo.at(-2)) return 2;
  return Math.ceil(columns / 4) >= LEAST_WIDE_TILES && WIDE_SCALE * ACTIVATION_LEVELS * largestAbsoluteSum(layer) < 2 ** 31 ? 4 : 2;
}

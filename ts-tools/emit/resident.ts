import { absoluteSum, channelWeights } from "../model/channel_weights.js";
import { ACTIVATION_LEVELS } from "../model/levels.js";
import type { QuantizedConvolution, QuantizedModel } from "../model/model_types.js";
import { align } from "./align.js";
import type { MemoryMap } from "./memory_map.js";
import { type ShapedLayer, shapedLayers, taps } from "./network_shape.js";
import { constant, staticArray } from "./source.js";

/** Rows and columns of a tile: F(2x2, 3x3) or F(4x4, 3x3); 0 for a layer that is computed directly. */
export type TileSize = 0 | 2 | 4;

/** How the SIMD kernels hold the weights of all layers (assembly/network/simd/resident.ts), and how much room a layer's values and sums need. */
export interface ResidentLayout {
  /** Of every convolution: byte offsets of its weights and numbers, and the size and places of its Winograd tiles; 0 where it is computed directly. */
  layers: { weights: number; numbers: number; tileSize: TileSize; places: number }[];
  weightsBytes: number;
  numbersBytes: number;
  valuesBytes: number;
  productsBytes: number;
}

/** What four channels need after the sums, laid out by assembly/kernels/simd/numbers.ts. */
const NUMBERS_BYTES = 192;
/** Output channels that the kernels compute together. */
export const GROUP_CHANNELS = 8;
/** F(4x4, 3x3) leaves 64 times a sum at its last step. */
const WIDE_SCALE = 64;
/** With fewer tiles side by side, weights of F(4x4, 3x3) would be read for too few products. */
const LEAST_WIDE_TILES = 3;
/** Kernels read and write whole vectors: behind the last value. */
const MARGIN = 64;

export function residentLayout(model: QuantizedModel): ResidentLayout {
  const layout: ResidentLayout = { layers: [], weightsBytes: 0, numbersBytes: 0, valuesBytes: 0, productsBytes: 0 };
  for (const shaped of shapedLayers(model)) {
    const { layer, columns } = shaped;
    const tileSize = winogradTile(model, shaped);
    const places = tileSize > 0 ? (tileSize + 2) ** 2 : 0;
    const groups = Math.ceil(layer.outputChannels / GROUP_CHANNELS);
    layout.layers.push({ weights: layout.weightsBytes, numbers: layout.numbersBytes, tileSize, places });
    layout.weightsBytes += groups * 16 * (places > 0 ? places * layer.inputChannels : 2 * Math.ceil(taps(layer) / 2));
    layout.numbersBytes += groups * 2 * NUMBERS_BYTES;
    if (model.bodyOne.includes(layer)) continue;
    // A row of tiles in every place, or the pixels of two rows.
    const products = places > 0 ? places * Math.ceil(columns / tileSize) : 2 * columns;
    layout.valuesBytes = Math.max(layout.valuesBytes, 2 * products * layer.inputChannels + MARGIN);
    layout.productsBytes = Math.max(layout.productsBytes, 32 * products * groups);
  }
  layout.weightsBytes += MARGIN;
  return layout;
}

/** A column's taps for two rows of body I, room for three more behind them, whole words: as assembly/network/simd/body_one.ts has it. */
export function residentPatchBytes(path: QuantizedConvolution): number {
  return 2 * align((path.kernelHeight + 1) * path.kernelWidth + 3, 4);
}

/**
 * Large tiles multiply least, where there are enough of them and their sums fit. Small ones leave 4 times a sum, which always fits: checkConvolution() allows
 * a sum of 2^30 at most, and one page of memory has no room for a layer that comes near.
 */
export function winogradTile(model: QuantizedModel, { layer, columns }: ShapedLayer): TileSize {
  if (!model.bodyTwo.includes(layer) || layer.kernelHeight !== 3 || layer.kernelWidth !== 3) return 0;
  return Math.ceil(columns / 4) >= LEAST_WIDE_TILES && WIDE_SCALE * largestSum(layer) < 2 ** 31 ? 4 : 2;
}

/** No |sum| of a channel is larger. */
function largestSum(layer: QuantizedConvolution): number {
  const channels = Array.from({ length: layer.outputChannels }, (_, channel) => absoluteSum(channelWeights(layer, channel)));
  return ACTIVATION_LEVELS * Math.max(...channels);
}

/** assembly/generated/resident.ts */
export function emitResident(model: QuantizedModel, map: MemoryMap): string {
  const address = (name: string): number | undefined => map.regions.find((region) => region.name === name)?.address;
  const [firstWeights, firstNumbers] = [address("RESIDENT_WEIGHTS"), address("RESIDENT_NUMBERS")];
  const numbersBytes = constant("NUMBERS_BYTES", "usize", NUMBERS_BYTES, "Of the numbers of four channels.");
  if (firstWeights === undefined || firstNumbers === undefined)
    return numbersBytes + constant("RESIDENT", "usize", 0, "Not in this module.");
  const rows = residentLayout(model).layers.map(({ weights, numbers, tileSize }) => [
    firstWeights + weights,
    firstNumbers + numbers,
    tileSize,
  ]);
  const table = staticArray(
    "RESIDENT",
    "i32",
    rows.flat(),
    3,
    "One line a convolution: address of the weights, address of the numbers, size of Winograd's tiles",
  );
  return numbersBytes + table;
}

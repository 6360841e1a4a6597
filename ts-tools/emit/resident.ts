import { absoluteSum, channelWeights } from "../quantize/check_bounds.js";
import { ACTIVATION_LEVELS } from "../quantize/levels.js";
import type { QuantizedConvolution, QuantizedModel } from "../quantize/model_types.js";
import type { MemoryMap } from "./memory_map.js";
import { type ShapedLayer, shapedLayers, taps } from "./network_shape.js";
import { constant, staticArray } from "./source.js";

/** How the SIMD kernels hold the weights of all layers (assembly/network/simd/resident.ts), and how much room a layer's values and sums need. */
export interface ResidentLayout {
  /**
   * Of every convolution: byte offsets of its weights and numbers, and the columns and places of its Winograd tiles, F(2x2, 3x3) or F(2x4, 3x3); 0 where it is
   * computed directly.
   */
  layers: { weights: number; numbers: number; tileColumns: number; places: number }[];
  weightsBytes: number;
  numbersBytes: number;
  valuesBytes: number;
  productsBytes: number;
}

/** What four channels need after the sums, laid out by assembly/kernels/simd/numbers.ts. */
const NUMBERS_BYTES = 192;
/** Output channels that the kernels compute together. */
export const GROUP_CHANNELS = 8;
/** Rows of places, and columns by tile columns: F(2, 3) and F(4, 3). */
const ROW_PLACES = 4;
const COLUMN_PLACES: Record<number, number> = { 2: 4, 4: 6 };
/** F(2x4, 3x3) computes 48 times a sum. */
const WIDE_SCALE = 48;
/** Kernels read and write whole vectors: behind the last value. */
const MARGIN = 64;

export function residentLayout(model: QuantizedModel): ResidentLayout {
  const layout: ResidentLayout = { layers: [], weightsBytes: 0, numbersBytes: 0, valuesBytes: 0, productsBytes: 0 };
  for (const shaped of shapedLayers(model)) {
    const { layer, columns } = shaped;
    const tileColumns = winogradColumns(model, shaped);
    const places = tileColumns > 0 ? ROW_PLACES * COLUMN_PLACES[tileColumns]! : 0;
    const groups = Math.ceil(layer.outputChannels / GROUP_CHANNELS);
    layout.layers.push({ weights: layout.weightsBytes, numbers: layout.numbersBytes, tileColumns, places });
    layout.weightsBytes += groups * 16 * (places > 0 ? places * layer.inputChannels : 2 * Math.ceil(taps(layer) / 2));
    layout.numbersBytes += groups * 2 * NUMBERS_BYTES;
    if (model.bodyOne.includes(layer)) continue;
    // Tiles of two columns in every place, or the pixels of two rows.
    const products = places > 0 ? places * Math.ceil(columns / tileColumns) : 2 * columns;
    layout.valuesBytes = Math.max(layout.valuesBytes, 2 * products * layer.inputChannels + MARGIN);
    layout.productsBytes = Math.max(layout.productsBytes, 32 * products * groups);
  }
  layout.weightsBytes += MARGIN;
  return layout;
}

/** The kind of tiles that multiplies least, and whose sums fit. */
function winogradColumns(model: QuantizedModel, { layer, columns }: ShapedLayer): number {
  if (!model.bodyTwo.includes(layer) || layer.kernelHeight !== 3 || layer.kernelWidth !== 3) return 0;
  const products = (tile: number): number => COLUMN_PLACES[tile]! * Math.ceil(columns / tile);
  return products(4) < products(2) && WIDE_SCALE * largestSum(layer) < 2 ** 31 ? 4 : 2;
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
  const rows = residentLayout(model).layers.map(({ weights, numbers, tileColumns }) => [
    firstWeights + weights,
    firstNumbers + numbers,
    tileColumns,
  ]);
  const table = staticArray(
    "RESIDENT",
    "i32",
    rows.flat(),
    3,
    "One line a convolution: address of the weights, address of the numbers, columns of Winograd's tiles",
  );
  return numbersBytes + table;
}

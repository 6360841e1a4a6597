import { layerSizes } from "../model/layer_shapes.js";
import type { QuantizedConvolution, QuantizedModel } from "../model/model_types.js";

/** One convolution with the size of its input: rows (time) and columns (coefficients). */
export interface ShapedLayer {
  layer: QuantizedConvolution;
  rows: number;
  columns: number;
}

/** Bytes of a tile's numbers: int32 bias [4], int32 multiplier [4], uint8 shift [4]. */
export const TILE_NUMBERS_BYTES = 36;

/** The convolutions in order (three paths, then body II) with the size of what they see. */
export function shapedLayers(model: QuantizedModel): ShapedLayer[] {
  const sizes = layerSizes(model.frames, model.coefficients);
  const all = [...sizes.bodyOne, ...sizes.bodyTwo];
  return [...model.bodyOne, ...model.bodyTwo].map((layer, index) => ({ layer, rows: all[index]!.height, columns: all[index]!.width }));
}

/** Weights that one output channel has. */
export function taps(layer: QuantizedConvolution): number {
  return layer.kernelHeight * layer.kernelWidth * layer.inputChannels;
}

/** Bytes of one tile of four output channels. */
export function tileBytes(layer: QuantizedConvolution): number {
  return TILE_NUMBERS_BYTES + 4 * taps(layer);
}

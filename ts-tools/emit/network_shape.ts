import { layerSizes } from "../model/layer_shapes.js";
import type { QuantizedConvolution, QuantizedModel } from "../model/model_types.js";

/** One convolution with the size of its input: rows (time) and columns (coefficients). */
export interface ShapedLayer {
  layer: QuantizedConvolution;
  rows: number;
  columns: number;
}

/** The convolutions in order (three paths, then body II) with the sizes of their inputs. */
export function shapedLayers(model: QuantizedModel): ShapedLayer[] {
  const sizes = layerSizes(model.frames, model.coefficients);
  const all = [...sizes.bodyOne, ...sizes.bodyTwo];
  return [...model.bodyOne, ...model.bodyTwo].map((layer, index) => ({ layer, rows: all[index]!.height, columns: all[index]!.width }));
}

/** Weights of one output channel. */
export function taps(layer: QuantizedConvolution): number {
  return layer.kernelHeight * layer.kernelWidth * layer.inputChannels;
}

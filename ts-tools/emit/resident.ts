import type { QuantizedModel } from "../quantize/model_types.js";
import type { MemoryMap } from "./memory_map.js";
import { type ShapedLayer, shapedLayers, taps } from "./network_shape.js";
import { constant, staticArray } from "./source.js";

/** How the SIMD kernels hold the weights of all layers (assembly/network/simd/resident.ts), and how much room a layer's values and sums need. */
export interface ResidentLayout {
  /** Of every convolution: byte offsets of its weights and numbers, and whether Winograd's F(2x2, 3x3) computes it. */
  layers: { weights: number; numbers: number; winograd: boolean }[];
  weightsBytes: number;
  numbersBytes: number;
  valuesBytes: number;
  productsBytes: number;
}

/** Of four channels: assembly/kernels/simd/numbers.ts. */
const NUMBERS_BYTES = 192;
const PLACES = 16;
/** Kernels read and write whole vectors: behind the last value. */
const MARGIN = 64;

export function residentLayout(model: QuantizedModel): ResidentLayout {
  const layout: ResidentLayout = { layers: [], weightsBytes: 0, numbersBytes: 0, valuesBytes: 0, productsBytes: 0 };
  for (const shaped of shapedLayers(model)) {
    const { layer, columns } = shaped;
    const winograd = usesWinograd(model, shaped);
    const groups = Math.ceil(layer.outputChannels / 8);
    layout.layers.push({ weights: layout.weightsBytes, numbers: layout.numbersBytes, winograd });
    layout.weightsBytes += groups * 16 * (winograd ? PLACES * layer.inputChannels : 2 * Math.ceil(taps(layer) / 2));
    layout.numbersBytes += groups * 2 * NUMBERS_BYTES;
    if (model.bodyOne.includes(layer)) continue;
    // Tiles of two columns in every place, or the pixels of two rows.
    const products = winograd ? PLACES * Math.ceil(columns / 2) : 2 * columns;
    layout.valuesBytes = Math.max(layout.valuesBytes, 2 * products * layer.inputChannels + MARGIN);
    layout.productsBytes = Math.max(layout.productsBytes, 32 * products * groups);
  }
  layout.weightsBytes += MARGIN;
  return layout;
}

function usesWinograd(model: QuantizedModel, { layer }: ShapedLayer): boolean {
  return model.bodyTwo.includes(layer) && layer.kernelHeight === 3 && layer.kernelWidth === 3;
}

/** assembly/generated/resident.ts */
export function emitResident(model: QuantizedModel, map: MemoryMap): string {
  const address = (name: string): number | undefined => map.regions.find((region) => region.name === name)?.address;
  const [firstWeights, firstNumbers] = [address("RESIDENT_WEIGHTS"), address("RESIDENT_NUMBERS")];
  if (firstWeights === undefined || firstNumbers === undefined) return constant("RESIDENT", "usize", 0, "Not in this module.");
  const rows = residentLayout(model).layers.map(({ weights, numbers, winograd }) => [
    firstWeights + weights,
    firstNumbers + numbers,
    winograd ? 1 : 0,
  ]);
  return staticArray(
    "RESIDENT",
    "i32",
    rows.flat(),
    3,
    "One line a convolution: address of the weights, address of the numbers, whether Winograd's kernel computes it",
  );
}

import type { QuantizedConvolution, QuantizedModel } from "../model/model_types.js";
import type { EnginePlan } from "./memory_map.js";
import { TILE_NUMBERS_BYTES, taps, tileBytes } from "./network_shape.js";
import { centreBias, winogradBlock } from "./winograd.js";

/** The weights as the module brings them: tile after tile, then the head (assembly/network/tile.ts, head.ts). */
export interface Tiles {
  bytes: Uint8Array;
  /** Byte offset of each convolution's first tile. */
  offsets: number[];
  headOffset: number;
  /** Taps of each convolution's blocks in `convolveWinograd`, 0 where `convolvePacked` computes it. */
  winogradBlocks: number[];
}

/** The tiles of a plan: only the embedded engine has `convolveWinograd`, whose biases differ. */
export function tiles(model: QuantizedModel, plan: EnginePlan = "embedded"): Tiles {
  const layers = [...model.bodyOne, ...model.bodyTwo];
  const { dense } = model;
  const winogradBlocks = layers.map((layer) => (plan === "embedded" && model.bodyTwo.includes(layer) ? winogradBlock(layer) : 0));
  const offsets: number[] = [];
  let size = 0;
  for (const layer of layers) {
    offsets.push(size);
    size += (layer.outputChannels / 4) * tileBytes(layer);
  }
  const headOffset = size;
  const bytes = new Uint8Array(headOffset + dense.classes * (4 + dense.inputs));
  const view = new DataView(bytes.buffer);
  for (const [index, layer] of layers.entries()) writeLayer(view, offsets[index] ?? 0, layer, winogradBlocks[index] !== 0);
  for (const [index, bias] of dense.bias.entries()) view.setInt32(headOffset + 4 * index, bias, true);
  bytes.set(new Uint8Array(dense.weights.buffer, dense.weights.byteOffset, dense.weights.length), headOffset + 4 * dense.classes);
  return { bytes, offsets, headOffset, winogradBlocks };
}

function writeLayer(view: DataView, offset: number, layer: QuantizedConvolution, winograd: boolean): void {
  if (layer.outputChannels % 4 !== 0)
    throw new Error(`layer ${layer.name} has ${layer.outputChannels} channels; expected padding to a multiple of 4`);
  const count = taps(layer);
  for (let first = 0; first < layer.outputChannels; first += 4) {
    for (let channel = 0; channel < 4; channel++) {
      const bias = (layer.bias[first + channel] ?? 0) + (winograd ? centreBias(layer, first + channel) : 0);
      view.setInt32(offset + 4 * channel, bias, true);
      view.setInt32(offset + 16 + 4 * channel, layer.multiplier[first + channel] ?? 0, true);
      view.setUint8(offset + 32 + channel, layer.shift[first + channel] ?? 0);
      for (let tap = 0; tap < count; tap++) {
        view.setInt8(offset + TILE_NUMBERS_BYTES + 4 * tap + channel, layer.weights[(first + channel) * count + tap] ?? 0);
      }
    }
    offset += tileBytes(layer);
  }
}

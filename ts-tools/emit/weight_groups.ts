import { GROUP_CHANNELS } from "../model/layer_shapes.js";
import type { QuantizedConvolution, QuantizedModel } from "../model/model_types.js";
import { align } from "./align.js";
import type { EnginePlan } from "./engine_plan.js";
import { taps } from "./network_shape.js";
import { GROUP } from "./record_layouts.js";
import { centerBias, winogradBlock } from "./winograd.js";
import { wordTaps, wordWeights } from "./word.js";

/** The weights as the module loads them: one group of four output channels after another, then the heads (assembly/network/head.ts). */
export interface WeightGroups {
  bytes: Uint8Array;
  /** Byte offset of each convolution's first group. */
  offsets: number[];
  headOffset: number;
  /** Byte offset of the voice gate, if there is one. */
  gateOffset: number;
  /** Taps of each convolution's blocks in `convolveWinograd`, 0 where `convolvePacked` computes it. */
  winogradBlocks: number[];
}

/** Bytes of one group of a layer. */
export function weightGroupBytes(layer: QuantizedConvolution, plan: EnginePlan): number {
  return GROUP.WEIGHTS + GROUP_CHANNELS * (plan === "word" ? wordTaps(layer) : taps(layer));
}

/** The groups of a plan, then the heads, then the bytes of a voice gate: biases of layers that are computed with centered activations differ. */
export function weightGroups(model: QuantizedModel, plan: EnginePlan = "embedded", gate: Uint8Array = new Uint8Array()): WeightGroups {
  const layers = [...model.bodyOne, ...model.bodyTwo];
  const heads = [model.dense, ...(model.voice ? [model.voice] : [])];
  const winogradBlocks = layers.map((layer) => (plan === "embedded" && model.bodyTwo.includes(layer) ? winogradBlock(layer) : 0));
  const centered = layers.map((layer, index) =>
    plan === "word" ? model.bodyTwo.includes(layer) && layer.kernelHeight === 3 : winogradBlocks[index] !== 0,
  );
  const offsets: number[] = [];
  let size = 0;
  for (const layer of layers) {
    offsets.push(size);
    size += (layer.outputChannels / GROUP_CHANNELS) * weightGroupBytes(layer, plan);
  }
  const headOffset = size;
  const biases = heads.flatMap(({ bias }) => [...bias]);
  const headEnd = headOffset + biases.length * (4 + model.dense.inputs);
  const gateOffset = align(headEnd, 4);
  const bytes = new Uint8Array(gate.length > 0 ? gateOffset + gate.length : headEnd);
  bytes.set(gate, gate.length > 0 ? gateOffset : 0);
  const view = new DataView(bytes.buffer);
  for (const [index, layer] of layers.entries()) writeLayer(view, offsets[index] ?? 0, layer, plan, centered[index]!);
  for (const [index, bias] of biases.entries()) view.setInt32(headOffset + 4 * index, bias, true);
  let at = headOffset + 4 * biases.length;
  for (const { weights } of heads) {
    bytes.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.length), at);
    at += weights.length;
  }
  return { bytes, offsets, headOffset, gateOffset, winogradBlocks };
}

function writeLayer(view: DataView, offset: number, layer: QuantizedConvolution, plan: EnginePlan, centered: boolean): void {
  if (layer.outputChannels % GROUP_CHANNELS !== 0)
    throw new Error(`layer ${layer.name} has ${layer.outputChannels} channels; expected padding to a multiple of ${GROUP_CHANNELS}`);
  const count = taps(layer);
  for (let first = 0; first < layer.outputChannels; first += GROUP_CHANNELS) {
    for (let channel = 0; channel < GROUP_CHANNELS; channel++) {
      const bias = (layer.bias[first + channel] ?? 0) + (centered ? centerBias(layer, first + channel) : 0);
      view.setInt32(offset + GROUP.BIAS + 4 * channel, bias, true);
      view.setInt32(offset + GROUP.MULTIPLIER + 4 * channel, layer.multiplier[first + channel] ?? 0, true);
      view.setUint8(offset + GROUP.SHIFT + channel, layer.shift[first + channel] ?? 0);
      for (let tap = 0; plan !== "word" && tap < count; tap++) {
        const weight = layer.weights[(first + channel) * count + tap] ?? 0;
        view.setInt8(offset + GROUP.WEIGHTS + GROUP_CHANNELS * tap + channel, weight);
      }
    }
    if (plan === "word")
      for (const [index, byte] of wordWeights(layer, first).entries()) view.setUint8(offset + GROUP.WEIGHTS + index, byte);
    offset += weightGroupBytes(layer, plan);
  }
}

import * as table from "../../generated/expanded_layers";
import { WEIGHT_GROUP } from "../../generated/memory_map";
import {
  GROUP_BIAS,
  GROUP_CHANNELS_LOG2,
  GROUP_MULTIPLIER,
  GROUP_SHIFT,
  GROUP_WEIGHTS,
  REQUANTIZATION_BYTES,
} from "../../generated/record_layouts";
import { arrangeWeights } from "../../kernels/relaxed/arrange_weights";
import { writeRequantization } from "../../kernels/simd/requantization";
import { widenWeights } from "../../kernels/simd/widen_weights";
import { winogradWeights } from "../../kernels/simd/winograd_weights";
import { BODY_TWO, inputChannels, kernelHeight, kernelWidth, outputChannels, weightGroupBytes, weightsOffset } from "../layers";
import { STAGES } from "../line_buffer";
import { loadWeights } from "../weights";

/**
 * The weights of all layers in the form that the SIMD kernels multiply: loaded and expanded once, before the first sound, and kept. Addresses come from the
 * generated table (ts-tools/emit/layer_tables.ts).
 */

function field(layer: i32, column: i32): i32 {
  return load<i32>(table.EXPANDED_LAYERS + ((<usize>(layer * table.COLUMNS + column)) << 2));
}

/** Address of a layer's expanded weights. */
export function expandedWeights(layer: i32): usize {
  return <usize>field(layer, table.WEIGHTS);
}
/** Address of a layer's requantization, a record for every four output channels (ts-tools/emit/record_layouts.ts). */
export function layerRequantization(layer: i32): usize {
  return <usize>field(layer, table.REQUANTIZATION);
}
/** Output rows and columns of a Winograd tile, 2 or 4; 0 for a layer that is computed directly. */
export function winogradTile(layer: i32): i32 {
  return field(layer, table.WINOGRAD_TILE);
}
/** Whether SIMD can requantize all of a layer's sums. */
export function isFast(layer: i32): bool {
  return ((slowLayers >> layer) & 1) == 0;
}
/** Groups of eight output channels; the last may be half empty. */
export function groupsOfEight(layer: i32): i32 {
  return (outputChannels(layer) + 7) >> 3;
}
/** Pairs of taps of a layer that is computed directly. */
export function tapPairs(layer: i32): i32 {
  return (kernelHeight(layer) * kernelWidth(layer) * inputChannels(layer) + 1) >> 1;
}

let expanded: bool = false;
let slowLayers: i32 = 0;

/** Loads and expands every weight group; the second call does nothing. */
export function expandWeights(): void {
  if (expanded) return;
  expanded = true;
  const layers = BODY_TWO + STAGES - 1;
  for (let layer = 0; layer < layers; layer++) {
    const taps = kernelHeight(layer) * kernelWidth(layer) * inputChannels(layer);
    for (let group = 0; group < outputChannels(layer) >> GROUP_CHANNELS_LOG2; group++) {
      loadWeights(WEIGHT_GROUP, weightsOffset(layer) + weightGroupBytes(layer) * <u32>group, weightGroupBytes(layer));
      const record = layerRequantization(layer) + <usize>group * REQUANTIZATION_BYTES;
      const fast = writeRequantization(record, WEIGHT_GROUP + GROUP_BIAS, WEIGHT_GROUP + GROUP_MULTIPLIER, WEIGHT_GROUP + GROUP_SHIFT);
      if (!fast) slowLayers |= 1 << layer;
      if (winogradTile(layer) > 0) expandWinograd(layer, group);
      else if (ASC_FEATURE_RELAXED_SIMD && layer >= BODY_TWO) expandInt8(layer, group);
      else expandDirect(layer, group, taps);
    }
  }
}

/** int16 [blocks of eight][pairs][8][2]: this group of four is the lower or the upper half of its eight. */
function expandDirect(layer: i32, group: i32, taps: i32): void {
  const weights = expandedWeights(layer) + ((<usize>((group >> 1) * tapPairs(layer))) << 5) + ((<usize>(group & 1)) << 4);
  widenWeights(WEIGHT_GROUP + GROUP_WEIGHTS, taps, weights);
}

/** int8 [blocks of eight][channels / 4][8][4], of the 1x1 layer. */
function expandInt8(layer: i32, group: i32): void {
  const channels = inputChannels(layer);
  const weights = expandedWeights(layer) + ((<usize>((group >> 1) * channels)) << 3) + ((<usize>(group & 1)) << 4);
  arrangeWeights(WEIGHT_GROUP + GROUP_WEIGHTS, channels, weights);
}

/** int16 [16 or 36 positions][blocks of eight][pairs of channels][8][2]. */
function expandWinograd(layer: i32, group: i32): void {
  const channels = inputChannels(layer);
  const eightBytes = (<usize>channels) << 4;
  const weights = expandedWeights(layer) + <usize>(group >> 1) * eightBytes + ((<usize>(group & 1)) << 4);
  const positionBytes = <usize>groupsOfEight(layer) * eightBytes;
  winogradWeights(winogradTile(layer) == 4, WEIGHT_GROUP + GROUP_WEIGHTS, channels, weights, positionBytes);
}

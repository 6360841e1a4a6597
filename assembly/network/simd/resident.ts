import { NUMBERS_BYTES, RESIDENT } from "../../generated/resident";
import { arrangeBytes } from "../../kernels/relaxed/arrange_bytes";
import { writeNumbers } from "../../kernels/simd/numbers";
import { widenWeights } from "../../kernels/simd/widen_weights";
import { winogradWeights } from "../../kernels/simd/winograd_weights";
import { TILE } from "../../memory_map";
import { BODY_TWO, inputChannels, kernelHeight, kernelWidth, outputChannels, tileBytes, tilesOffset } from "../layers";
import { STAGES } from "../line_buffer";
import { TILE_BIAS, TILE_MULTIPLIER, TILE_SHIFT, TILE_WEIGHTS } from "../tile";
import { bringWeights } from "../weights";

/**
 * The weights of all layers as the SIMD kernels want them: expanded to int16 once, before the first sound, and kept. The generated table has for each layer
 * the address of its weights, that of its numbers, and the size of its Winograd tiles.
 */
const FIELDS: i32 = 3;

function field(layer: i32, index: i32): i32 {
  return load<i32>(RESIDENT + ((<usize>(layer * FIELDS + index)) << 2));
}

export function residentWeights(layer: i32): usize {
  return <usize>field(layer, 0);
}
export function residentNumbers(layer: i32): usize {
  return <usize>field(layer, 1);
}
/** Rows and columns of a Winograd tile, 2 or 4; 0 for a layer that is computed directly. */
export function tileSize(layer: i32): i32 {
  return field(layer, 2);
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

let prepared: bool = false;
let slowLayers: i32 = 0;

/** Once: brings every tile and expands it. */
export function prepareWeights(): void {
  if (prepared) return;
  prepared = true;
  const layers = BODY_TWO + STAGES - 1;
  for (let layer = 0; layer < layers; layer++) {
    const taps = kernelHeight(layer) * kernelWidth(layer) * inputChannels(layer);
    for (let group = 0; group < outputChannels(layer) >> 2; group++) {
      bringWeights(TILE, tilesOffset(layer) + tileBytes(layer) * <u32>group, tileBytes(layer));
      const numbers = residentNumbers(layer) + <usize>group * NUMBERS_BYTES;
      if (!writeNumbers(numbers, TILE + TILE_BIAS, TILE + TILE_MULTIPLIER, TILE + TILE_SHIFT)) slowLayers |= 1 << layer;
      if (tileSize(layer) > 0) bringWinograd(layer, group);
      else if (ASC_FEATURE_RELAXED_SIMD && layer >= BODY_TWO) bringBytes(layer, group);
      else bringDirect(layer, group, taps);
    }
  }
}

/** int16 [groups of eight][pairs][8][2]: this group of four is the lower or the upper half of its eight. */
function bringDirect(layer: i32, group: i32, taps: i32): void {
  const weights = residentWeights(layer) + ((<usize>((group >> 1) * tapPairs(layer))) << 5) + ((<usize>(group & 1)) << 4);
  widenWeights(TILE + TILE_WEIGHTS, taps, weights);
}

/** int8 [groups of eight][channels / 4][8][4], of the 1x1 layer. */
function bringBytes(layer: i32, group: i32): void {
  const channels = inputChannels(layer);
  const weights = residentWeights(layer) + ((<usize>((group >> 1) * channels)) << 3) + ((<usize>(group & 1)) << 4);
  arrangeBytes(TILE + TILE_WEIGHTS, channels, weights);
}

/** int16 [16 or 36 places][groups of eight][pairs of channels][8][2]. */
function bringWinograd(layer: i32, group: i32): void {
  const channels = inputChannels(layer);
  const groupBytes = (<usize>channels) << 4;
  const weights = residentWeights(layer) + <usize>(group >> 1) * groupBytes + ((<usize>(group & 1)) << 4);
  const placeBytes = <usize>groupsOfEight(layer) * groupBytes;
  winogradWeights(tileSize(layer) == 4, TILE + TILE_WEIGHTS, channels, weights, placeBytes);
}

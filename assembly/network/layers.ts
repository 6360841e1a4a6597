import { LAYERS } from "../generated/layers";

/**
 * The convolutions, from the generated table: three paths of body I, then body II. Every field is an i32; their order is that of
 * emitLayers in ts-tools/emit/emit.ts.
 */
const FIELDS: i32 = 10;

/** Body I: temporal, spectral, both. */
export const BODY_ONE: i32 = 0;
export const PATHS: i32 = 3;
/** Body II: four 3x3, then the 1x1. */
export const BODY_TWO: i32 = 3;

function field(layer: i32, index: i32): i32 {
  return load<i32>(LAYERS + ((<usize>(layer * FIELDS + index)) << 2));
}

export function kernelHeight(layer: i32): i32 {
  return field(layer, 0);
}
export function kernelWidth(layer: i32): i32 {
  return field(layer, 1);
}
export function inputChannels(layer: i32): i32 {
  return field(layer, 2);
}
export function outputChannels(layer: i32): i32 {
  return field(layer, 3);
}
/** Columns (coefficients) of the input; its rows (time) are in line_buffer.ts. */
export function inputColumns(layer: i32): i32 {
  return field(layer, 4);
}
/** Columns of an average pooling window: 2 or 1. The last layer is pooled globally: 0. */
export function poolWidth(layer: i32): i32 {
  return field(layer, 5);
}
/** First channel of the output row that this layer writes: the paths of body I lie side by side. */
export function firstChannel(layer: i32): i32 {
  return field(layer, 6);
}
/** Byte offset of the layer's tiles in the weights, and bytes of one tile. */
export function tilesOffset(layer: i32): u32 {
  return <u32>field(layer, 7);
}
export function tileBytes(layer: i32): u32 {
  return <u32>field(layer, 8);
}
/** Taps of a block of `convolveWinograd`, 0 for a layer that `convolvePacked` computes (ts-tools/emit/winograd.ts). */
export function winogradBlock(layer: i32): i32 {
  return field(layer, 9);
}

import * as table from "../generated/layers";

/** The convolutions, from the generated table (ts-tools/emit/layer_tables.ts): three paths of body I, then body II. */

/** Body I: temporal, spectral, both. */
export const BODY_ONE: i32 = 0;
export const PATHS: i32 = 3;
/** Body II: four 3x3, then the 1x1. */
export const BODY_TWO: i32 = 3;

function field(layer: i32, column: i32): i32 {
  return load<i32>(table.LAYERS + ((<usize>(layer * table.COLUMNS + column)) << 2));
}

export function kernelHeight(layer: i32): i32 {
  return field(layer, table.KERNEL_HEIGHT);
}
export function kernelWidth(layer: i32): i32 {
  return field(layer, table.KERNEL_WIDTH);
}
export function inputChannels(layer: i32): i32 {
  return field(layer, table.INPUT_CHANNELS);
}
export function outputChannels(layer: i32): i32 {
  return field(layer, table.OUTPUT_CHANNELS);
}
/** Columns (coefficients) of the input; its rows (time) are in line_buffer.ts. */
export function inputColumns(layer: i32): i32 {
  return field(layer, table.INPUT_COLUMNS);
}
/** Columns of an average pooling window: 2 or 1. The last layer is pooled globally: 0. */
export function poolWidth(layer: i32): i32 {
  return field(layer, table.POOL_WIDTH);
}
/** First channel of the output row that this layer writes: the paths of body I write side by side. */
export function firstChannel(layer: i32): i32 {
  return field(layer, table.FIRST_CHANNEL);
}
/** Byte offset of the layer's groups in the weights. */
export function weightsOffset(layer: i32): u32 {
  return <u32>field(layer, table.WEIGHTS_OFFSET);
}
/** Bytes of one of the layer's weight groups: four output channels (ts-tools/emit/record_layouts.ts). */
export function weightGroupBytes(layer: i32): u32 {
  return <u32>field(layer, table.GROUP_BYTES);
}
/** Taps of a block of `convolveWinograd`, 0 for a layer that `convolvePacked` computes (ts-tools/emit/winograd.ts). */
export function winogradBlock(layer: i32): i32 {
  return field(layer, table.WINOGRAD_BLOCK);
}

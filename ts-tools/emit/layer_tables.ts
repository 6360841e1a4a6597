/** The tables with a row for each layer or stage, which assembly/network/ reads. */
import type { QuantizedModel } from "../model/model_types.js";
import type { EnginePlan } from "./engine_plan.js";
import { expandedLayout } from "./expanded_weights.js";
import { mfccMargin } from "./line_buffers.js";
import type { MemoryMap } from "./memory_map.js";
import { shapedLayers } from "./network_shape.js";
import { columns, constant, table } from "./source.js";
import { type WeightGroups, weightGroupBytes } from "./weight_groups.js";

/** assembly/generated/layers.ts, read by assembly/network/layers.ts */
export function emitLayers(model: QuantizedModel, { offsets, winogradBlocks }: WeightGroups, plan: EnginePlan): string {
  const paths = model.bodyOne;
  const rows = shapedLayers(model).map(({ layer, columns: inputColumns }, index) => ({
    KERNEL_HEIGHT: layer.kernelHeight,
    KERNEL_WIDTH: layer.kernelWidth,
    INPUT_CHANNELS: layer.inputChannels,
    OUTPUT_CHANNELS: layer.outputChannels,
    INPUT_COLUMNS: inputColumns,
    POOL_WIDTH: layer.poolWidth,
    FIRST_CHANNEL: index < paths.length ? paths.slice(0, index).reduce((sum, path) => sum + path.outputChannels, 0) : 0,
    WEIGHTS_OFFSET: offsets[index] ?? 0,
    GROUP_BYTES: weightGroupBytes(layer, plan),
    WINOGRAD_BLOCK: winogradBlocks[index] ?? 0,
  }));
  return table("LAYERS", rows, "One row a convolution.");
}

/** assembly/generated/line_buffers.ts, read by assembly/network/line_buffer.ts */
export function emitLineBuffers(model: QuantizedModel, map: MemoryMap): string {
  const rows = map.lineBuffers.map((buffer) => ({
    ADDRESS: buffer.address,
    ROW_BYTES: buffer.rowBytes,
    RING_ROWS: buffer.ringRows,
    PADDING_BYTES: buffer.paddingBytes,
    ROWS_AFTER: buffer.rowsAfter,
    INPUT_ROWS: buffer.inputRows,
    BLOCK_ROWS: buffer.blockRows,
  }));
  const margin = constant("MFCC_MARGIN", "i32", mfccMargin(model), "Columns of zero padding before the first MFCC.");
  const period = constant(
    "PERIOD",
    "i32",
    rewindPeriod(map),
    "Rows of the last stage after which every ring and block of a stream is again where it was.",
  );
  return margin + period + table("LINE_BUFFERS", rows, "One row a stage.");
}

/** A multiple of all rings and blocks: what passes of a stage in so many rows of the last one is a multiple of it. */
function rewindPeriod({ lineBuffers }: MemoryMap): number {
  const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));
  return lineBuffers.flatMap(({ ringRows, blockRows }) => [ringRows, blockRows]).reduce((a, b) => (a / greatestDivisor(a, b)) * b);
}

/** assembly/generated/expanded_layers.ts, read by assembly/network/simd/expanded_weights.ts; the embedded module has no such table. */
export function emitExpandedLayers(model: QuantizedModel, map: MemoryMap): string {
  const address = (name: string): number | undefined => map.regions.find((region) => region.name === name)?.address;
  const [firstWeights = 0, firstRequantization = 0] = [address("EXPANDED_WEIGHTS"), address("EXPANDED_REQUANTIZATION")];
  const rows = expandedLayout(model).layers.map(({ weights, requantization, tile }) => ({
    WEIGHTS: firstWeights + weights,
    REQUANTIZATION: firstRequantization + requantization,
    WINOGRAD_TILE: tile,
  }));
  if (firstWeights === 0) return columns(rows[0]!) + constant("EXPANDED_LAYERS", "usize", 0, "Not in this module.");
  return table("EXPANDED_LAYERS", rows, "One row a convolution.");
}

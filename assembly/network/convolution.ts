import { convolvePacked } from "../generated/kernels/convolve_packed";
import { convolveWinograd } from "../generated/kernels/convolve_winograd";
import { packForWinograd, packWeights } from "../generated/kernels/pack_weights";
import {
  CONVOLUTION_SUMS,
  GLOBAL_TOTALS,
  PACKED_WEIGHTS,
  ROW_ADDRESSES,
  TRANSFORMED_ROWS,
  WEIGHT_GROUP,
  WINOGRAD_PRODUCTS,
} from "../generated/memory_map";
import { GROUP_CHANNELS_LOG2, GROUP_WEIGHTS } from "../generated/record_layouts";
import { poolAverage } from "../kernels/pool_average";
import { poolGlobal } from "../kernels/pool_global";
import { transformRows } from "../kernels/transform_rows";
import {
  inputChannels,
  inputColumns,
  kernelWidth,
  outputChannels,
  poolWidth,
  weightGroupBytes,
  weightsOffset,
  winogradBlock,
} from "./layers";
import { loadWeights } from "./weights";

/** Sets entry `index` of the list of row addresses that the convolution reads. */
export function setRow(index: i32, address: usize): void {
  store<u32>(ROW_ADDRESSES + ((<usize>index) << 2), <u32>address);
}

/**
 * Loads the group of four output channels: bias, multiplier and shift to WEIGHT_GROUP, weights to the second half of PACKED_WEIGHTS, where the packed words grow
 * into them. Returns the address of the weights.
 */
function loadGroup(layer: i32, group: i32, taps: i32): usize {
  const offset = weightsOffset(layer) + weightGroupBytes(layer) * <u32>group;
  const raw = PACKED_WEIGHTS + ((<usize>taps) << 2);
  loadWeights(WEIGHT_GROUP, offset, <u32>GROUP_WEIGHTS);
  loadWeights(raw, offset + <u32>GROUP_WEIGHTS, (<u32>taps) << 2);
  return raw;
}

/** Bias, ReLU and pooling of the sums of a group; parameters as for convolvePair. */
function pool(layer: i32, group: i32, rows: i32, out: usize, outStride: usize): void {
  const columns = inputColumns(layer);
  const width = poolWidth(layer);
  if (width > 0) poolAverage(CONVOLUTION_SUMS, columns, rows, width, WEIGHT_GROUP, out + ((<usize>group) << 2), outStride);
  else poolGlobal(CONVOLUTION_SUMS, columns, rows, WEIGHT_GROUP, GLOBAL_TOTALS + ((<usize>group) << 4));
}

/**
 * One layer for one pair of rows: convolution, bias, ReLU, pooling. The rows are those of setRow().
 *
 * T, runs, runLength, pixelStride   as for convolvePacked
 * rows          2, or 1 where the second row is past the end
 * out           where the pooled row goes, uint8 [columns / poolWidth][outStride], this layer's channels first; not used
 *               when the layer is pooled globally: then the sums go to GLOBAL_TOTALS
 */
export function convolvePair<T>(layer: i32, runs: i32, runLength: i32, pixelStride: usize, rows: i32, out: usize, outStride: usize): void {
  const columns = inputColumns(layer);
  const taps = runs * runLength;
  const groups = outputChannels(layer) >> GROUP_CHANNELS_LOG2;
  for (let group = 0; group < groups; group++) {
    packWeights(loadGroup(layer, group, taps), PACKED_WEIGHTS, taps);
    convolvePacked<T>(ROW_ADDRESSES, runs, runLength, columns, pixelStride, PACKED_WEIGHTS, CONVOLUTION_SUMS);
    pool(layer, group, rows, out, outStride);
  }
}

/** The same for a layer of body II with three kernel rows whose weights allow it: winogradBlock() is not 0. */
export function convolvePairWinograd(layer: i32, rows: i32, out: usize, outStride: usize): void {
  const columns = inputColumns(layer);
  const channels = inputChannels(layer);
  const runLength = kernelWidth(layer) * channels;
  const rowBytes = <usize>((columns + kernelWidth(layer) - 1) * channels);
  const groups = outputChannels(layer) >> GROUP_CHANNELS_LOG2;
  transformRows(ROW_ADDRESSES, TRANSFORMED_ROWS, rowBytes);
  for (let group = 0; group < groups; group++) {
    packForWinograd(loadGroup(layer, group, 3 * runLength), PACKED_WEIGHTS, 3 * runLength);
    convolveWinograd(
      TRANSFORMED_ROWS,
      rowBytes,
      runLength,
      winogradBlock(layer),
      columns,
      <usize>channels,
      PACKED_WEIGHTS,
      WINOGRAD_PRODUCTS,
      CONVOLUTION_SUMS,
    );
    pool(layer, group, rows, out, outStride);
  }
}

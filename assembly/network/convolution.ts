import { convolvePacked } from "../kernels/convolve_packed";
import { packWeights } from "../kernels/pack_weights";
import { poolAverage } from "../kernels/pool_average";
import { poolGlobal } from "../kernels/pool_global";
import { CONVOLUTION_SUMS, GLOBAL_TOTALS, PACKED_WEIGHTS, ROW_ADDRESSES, TILE } from "../memory_map";
import { inputColumns, outputChannels, poolWidth, tileBytes, tilesOffset } from "./layers";
import { TILE_WEIGHTS } from "./tile";
import { bringWeights } from "./weights";

/** Sets entry `index` of the list of row addresses that the convolution reads. */
export function setRow(index: i32, address: usize): void {
  store<u32>(ROW_ADDRESSES + ((<usize>index) << 2), <u32>address);
}

/** Brings the tile of a group of four channels: its numbers to TILE, its weights packed to PACKED_WEIGHTS. */
function bringTile(layer: i32, group: i32, taps: i32): void {
  const offset = tilesOffset(layer) + tileBytes(layer) * <u32>group;
  const raw = PACKED_WEIGHTS + ((<usize>taps) << 2);
  bringWeights(TILE, offset, <u32>TILE_WEIGHTS);
  bringWeights(raw, offset + <u32>TILE_WEIGHTS, (<u32>taps) << 2);
  packWeights(raw, PACKED_WEIGHTS, taps);
}

/**
 * One layer for one pair of rows: convolution, bias, ReLU, pooling. The rows are those of setRow().
 *
 * T             u8 or i16, see convolvePacked
 * runs, runLength, pixelStride   as there
 * rows          2, or 1 where the second row lies behind the end
 * out           where the pooled row goes, uint8 [columns / poolWidth][outStride], this layer's channels first; not used
 *               when the layer is pooled globally: then the sums go to GLOBAL_TOTALS
 */
export function convolvePair<T>(layer: i32, runs: i32, runLength: i32, pixelStride: usize, rows: i32, out: usize, outStride: usize): void {
  const columns = inputColumns(layer);
  const pool = poolWidth(layer);
  const groups = outputChannels(layer) >> 2;
  for (let group = 0; group < groups; group++) {
    bringTile(layer, group, runs * runLength);
    convolvePacked<T>(ROW_ADDRESSES, runs, runLength, columns, pixelStride, PACKED_WEIGHTS, CONVOLUTION_SUMS);
    if (pool > 0) {
      poolAverage(CONVOLUTION_SUMS, columns, rows, pool, TILE, out + ((<usize>group) << 2), outStride);
    } else {
      poolGlobal(CONVOLUTION_SUMS, columns, rows, TILE, GLOBAL_TOTALS + ((<usize>group) << 4));
    }
  }
}

import { GLOBAL_TOTALS, TILE_VALUES_BYTES, WEIGHT_GROUP } from "../../generated/memory_map";
import { GROUP_WEIGHTS } from "../../generated/record_layouts";
import { poolAverage } from "../../kernels/pool_average";
import { poolGlobal } from "../../kernels/pool_global";
import { inputColumns, poolWidth, weightGroupBytes, weightsOffset } from "../layers";
import { loadWeights } from "../weights";

/** Most groups of four output channels whose weights kernels hold at once. */
export const MOST_GROUPS: i32 = 16;

/** Byte offset of a group in the weights. */
export function groupOffset(layer: i32, group: i32): u32 {
  return weightsOffset(layer) + weightGroupBytes(layer) * <u32>group;
}

/** Bytes of a group's sums: int32 [columns][2 rows][4 channels], of an even number of columns. */
export function groupSumsBytes(layer: i32): usize {
  return (<usize>((inputColumns(layer) + 1) & -2)) << 5;
}

/** Groups whose sums have room after the values, at most `most`. */
export function groupsAtOnce(layer: i32, valuesBytes: usize, most: i32): i32 {
  return min(most, (TILE_VALUES_BYTES - i32(valuesBytes)) / i32(groupSumsBytes(layer)));
}

/**
 * Bias, ReLU and pooling of the sums of `count` groups, from group `first` on.
 *
 * rows     2, or 1 where the second row is past the end
 * out      where the pooled row of the layer's first channel goes, uint8 [columns / poolWidth][outStride]; not used when the layer is pooled globally
 */
export function poolGroups(layer: i32, sums: usize, first: i32, count: i32, rows: i32, out: usize, outStride: usize): void {
  const columns = inputColumns(layer);
  const width = poolWidth(layer);
  const bytes = groupSumsBytes(layer);
  for (let group = first; group < first + count; group++) {
    loadWeights(WEIGHT_GROUP, groupOffset(layer, group), <u32>GROUP_WEIGHTS);
    if (width > 0) poolAverage(sums, columns, rows, width, WEIGHT_GROUP, out + ((<usize>group) << 2), outStride);
    else poolGlobal(sums, columns, rows, WEIGHT_GROUP, GLOBAL_TOTALS + ((<usize>group) << 4));
    sums += bytes;
  }
}

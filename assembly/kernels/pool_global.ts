import { GROUP_BIAS, SUMS_COLUMN_BYTES, SUMS_ROW_BYTES } from "../generated/record_layouts";

/**
 * Bias, ReLU and the running sum of the global average, for four channels of a pair of rows.
 *
 * sums     int32 [columns][2 rows][4 channels], from a convolution
 * rows     2, or 1 where the second row is past the end
 * group    weight group of the four channels: bias (ts-tools/emit/record_layouts.ts)
 * totals   int32 [4]: the sums so far
 */
export function poolGlobal(sums: usize, columns: i32, rows: i32, group: usize, totals: usize): void {
  for (let channel: usize = 0; channel < 4; channel++) {
    const bias = load<i32>(group + (channel << 2), GROUP_BIAS);
    let total = load<i32>(totals + (channel << 2));
    let source = sums + (channel << 2);
    for (let column = 0; column < columns; column++) {
      total += max(load<i32>(source) + bias, 0);
      if (rows == 2) total += max(load<i32>(source, SUMS_ROW_BYTES) + bias, 0);
      source += SUMS_COLUMN_BYTES;
    }
    store<i32>(totals + (channel << 2), total);
  }
}

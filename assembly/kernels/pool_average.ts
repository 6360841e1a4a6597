import { ACTIVATION_LEVELS } from "../generated/levels";
import { GROUP_BIAS, GROUP_MULTIPLIER, GROUP_SHIFT, SUMS_COLUMN_BYTES, SUMS_ROW_BYTES } from "../generated/record_layouts";
import { requantize } from "./requantize";

/** From this shift on the lower 32 bits of the rounding are 0, so that the upper 32 bits of a product are all that a full window needs. */
const UPPER_WORD_SHIFT: i32 = 34;

/**
 * Bias, ReLU, average pooling and the one rounding, for four channels of a pair of rows.
 *
 * sums        int32 [columns][2 rows][4 channels], from a convolution
 * rows        2, or 1 where the second row is past the end: the average is then over what is inside
 * poolWidth   1 or 2 columns a window; the last window of an odd number of columns has one
 * group       weight group of the four channels: bias, multiplier and shift (ts-tools/emit/record_layouts.ts)
 * out         uint8, four channels; the next window is `outStride` bytes further on
 */
export function poolAverage(sums: usize, columns: i32, rows: i32, poolWidth: i32, group: usize, out: usize, outStride: usize): void {
  for (let channel: usize = 0; channel < 4; channel++) {
    const bias = load<i32>(group + (channel << 2), GROUP_BIAS);
    const multiplier = load<i32>(group + (channel << 2), GROUP_MULTIPLIER);
    const shift = i32(load<u8>(group + channel, GROUP_SHIFT));
    let source = sums + (channel << 2);
    let target = out + channel;
    let column = 0;
    if (rows == 2 && shift >= UPPER_WORD_SHIFT) {
      const whole = columns & -poolWidth;
      poolWhole(source, whole, poolWidth, bias, multiplier, shift, target, outStride);
      source += <usize>whole * SUMS_COLUMN_BYTES;
      target += <usize>(poolWidth == 2 ? whole >> 1 : whole) * outStride;
      column = whole;
    }
    for (; column < columns; column += poolWidth) {
      let sum = max(load<i32>(source) + bias, 0);
      let windowShift = shift - (2 - rows);
      if (rows == 2) sum += max(load<i32>(source, SUMS_ROW_BYTES) + bias, 0);
      if (poolWidth == 2) {
        if (column + 1 < columns) {
          sum += max(load<i32>(source, SUMS_COLUMN_BYTES) + bias, 0);
          if (rows == 2) sum += max(load<i32>(source, SUMS_COLUMN_BYTES + SUMS_ROW_BYTES) + bias, 0);
        } else {
          windowShift--;
        }
        source += SUMS_COLUMN_BYTES;
      }
      source += SUMS_COLUMN_BYTES;
      store<u8>(target, requantize(sum, multiplier, windowShift, ACTIVATION_LEVELS));
      target += outStride;
    }
  }
}

/** One channel of whole windows, with shifts from UPPER_WORD_SHIFT: nearly all there are. */
function poolWhole(
  source: usize,
  columns: i32,
  poolWidth: i32,
  bias: i32,
  multiplier: i32,
  shift: i32,
  target: usize,
  outStride: usize,
): void {
  const end = source + <usize>columns * SUMS_COLUMN_BYTES;
  const half = 1 << (shift - 33);
  const upperShift = shift - 32;
  if (poolWidth == 2) {
    while (source < end) {
      const upper = max(load<i32>(source) + bias, 0) + max(load<i32>(source, SUMS_COLUMN_BYTES) + bias, 0);
      const lower = max(load<i32>(source, SUMS_ROW_BYTES) + bias, 0) + max(load<i32>(source, SUMS_COLUMN_BYTES + SUMS_ROW_BYTES) + bias, 0);
      const scaled = (i32((i64(upper + lower) * i64(multiplier)) >> 32) + half) >> upperShift;
      store<u8>(target, min(scaled, ACTIVATION_LEVELS));
      source += 2 * SUMS_COLUMN_BYTES;
      target += outStride;
    }
  } else {
    while (source < end) {
      const sum = max(load<i32>(source) + bias, 0) + max(load<i32>(source, SUMS_ROW_BYTES) + bias, 0);
      const scaled = (i32((i64(sum) * i64(multiplier)) >> 32) + half) >> upperShift;
      store<u8>(target, min(scaled, ACTIVATION_LEVELS));
      source += SUMS_COLUMN_BYTES;
      target += outStride;
    }
  }
}

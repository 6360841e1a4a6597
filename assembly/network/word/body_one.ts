import { multiplyPairs, pixelTileWidth } from "../../generated/kernels/word/multiply_pairs";
import { MFCC_MARGIN } from "../../generated/line_buffers";
import { INITIAL_SUMS, PACKED_WEIGHTS, TILE_VALUES } from "../../generated/memory_map";
import { GROUP_CHANNELS_LOG2, GROUP_WEIGHTS } from "../../generated/record_layouts";
import { widenWeights } from "../../kernels/word/widen_weights";
import { BODY_ONE, BODY_TWO, firstChannel, inputChannels, inputColumns, kernelHeight, kernelWidth, outputChannels, PATHS } from "../layers";
import { nextRow, rowAddress } from "../line_buffer";
import { groupOffset, groupSumsBytes, groupsAtOnce, MOST_GROUPS, poolGroups } from "./convolution";

/** Taps come in pairs, and these in pairs, too. */
function pairsOf(path: i32): i32 {
  return ((kernelHeight(path) * kernelWidth(path) + 3) >> 2) << 1;
}

/**
 * The taps of all pixels of a pair of rows, as multiplyPairs takes them: int16 [pixels, in tiles][pairs][width][2], a pixel of the upper row, then the one below it. Taps
 * that the last pairs have too many may be anything, their weights are 0.
 */
function gatherTaps(path: i32, pair: i32): void {
  const height = kernelHeight(path);
  const width = kernelWidth(path);
  const pairs = pairsOf(path);
  const margin = (<usize>(MFCC_MARGIN - ((width - 1) >> 1))) << 1;
  for (let row = 0; row <= height; row++) {
    let source = rowAddress(0, 2 * pair - ((height - 1) >> 1) + row) + margin;
    for (let column = 0; column < width; column++) {
      // In the upper pixels this is a tap of row `row`, in the lower ones of the row before.
      if (row < height) gatherTap(source, row * width + column, pairs, inputColumns(path), TILE_VALUES);
      if (row > 0) gatherTap(source, (row - 1) * width + column, pairs, inputColumns(path), TILE_VALUES + 4);
      source += 2;
    }
  }
}

/** One tap of all columns, from consecutive int16, to the upper or lower pixels. */
function gatherTap(source: usize, tap: i32, pairs: i32, columns: i32, values: usize): void {
  const half = (<usize>(tap & 1)) << 1;
  const before = (<usize>(tap >> 1)) << 2;
  for (; columns > 0; ) {
    const width = pixelTileWidth(2 * columns);
    const step = (<usize>(pairs * width)) << 2;
    let target = values + before * <usize>width + half;
    if (width == 4) {
      for (; columns >= 2; columns -= 2) {
        store<i16>(target, load<i16>(source));
        store<i16>(target, load<i16>(source, 2), 8);
        source += 4;
        target += step;
        values += step;
      }
    } else {
      store<i16>(target, load<i16>(source));
      source += 2;
      values += step;
      columns--;
    }
  }
}

/** Body I for one pair of rows: three paths read the MFCCs; their pooled outputs are side by side in the next row of body II. */
export function bodyOne(pair: i32, rows: i32): void {
  const outStride = <usize>inputChannels(BODY_TWO);
  store<u64>(INITIAL_SUMS, 0);
  store<u64>(INITIAL_SUMS, 0, 8);
  for (let path = BODY_ONE; path < PATHS; path++) {
    const groups = outputChannels(path) >> GROUP_CHANNELS_LOG2;
    const pairs = pairsOf(path);
    const pixels = inputColumns(path) << 1;
    const sumsBytes = groupSumsBytes(path);
    const valuesBytes = (<usize>(pixels * pairs)) << 2;
    const atOnce = groupsAtOnce(path, valuesBytes, MOST_GROUPS);
    const sums = TILE_VALUES + valuesBytes;
    gatherTaps(path, pair);
    for (let first = 0; first < groups; first += atOnce) {
      const count = min(atOnce, groups - first);
      for (let group = 0; group < count; group++)
        widenWeights(groupOffset(path, first + group) + <u32>GROUP_WEIGHTS, pairs, PACKED_WEIGHTS + ((<usize>group) << 4));
      for (let pixel = 0; pixel < pixels; ) {
        const width = pixelTileWidth(pixels - pixel);
        const values = TILE_VALUES + ((<usize>(pixel * pairs)) << 2);
        const target = sums + ((<usize>pixel) << 4);
        multiplyPairs(width, values, 0, PACKED_WEIGHTS, pairs, count, INITIAL_SUMS, target, sumsBytes);
        pixel += width;
      }
      poolGroups(path, sums, first, count, rows, nextRow(1) + <usize>firstChannel(path), outStride);
    }
  }
}

import { MFCC_MARGIN } from "../../generated/line_buffers";
import { PATCHES, PRODUCTS, REPEATED } from "../../generated/memory_map";
import { convolveWindows } from "../../kernels/simd/convolve_windows";
import { interleaveRows } from "../../kernels/simd/interleave_rows";
import { BODY_ONE, BODY_TWO, firstChannel, inputChannels, inputColumns, kernelHeight, kernelWidth, outputChannels, PATHS } from "../layers";
import { nextRow, rowAddress } from "../line_buffer";
import { expandedWeights, isFast, layerRequantization, tapPairs } from "./expanded_weights";

/** The three paths for one pair of rows. */
export function bodyOne(pair: i32, rows: i32): void {
  for (let path = BODY_ONE; path < PATHS; path++) {
    const patchBytes = bytesOfPatch(path);
    gatherPatches(path, pair, patchBytes);
    convolveWindows(
      PATCHES,
      patchBytes,
      (<usize>kernelWidth(path)) << 1,
      tapPairs(path),
      expandedWeights(path),
      inputColumns(path),
      rows,
      outputChannels(path),
      layerRequantization(path),
      isFast(path),
      REPEATED,
      PRODUCTS,
      nextRow(1) + <usize>firstChannel(path),
      <usize>inputChannels(BODY_TWO),
    );
  }
}

/** A patch's taps, and room for three more after the last row; whole words (the same as in ts-tools/emit/expanded_weights.ts). */
function bytesOfPatch(path: i32): usize {
  return <usize>((((kernelHeight(path) + 1) * kernelWidth(path) + 6) & ~3) << 1);
}

/** As in the scalar body_one.ts, with other strides. */
function gatherPatches(path: i32, pair: i32, patchBytes: usize): void {
  const height = kernelHeight(path);
  const width = kernelWidth(path);
  const columns = inputColumns(path);
  const first = 2 * pair - ((height - 1) >> 1);
  const skip = (<usize>(MFCC_MARGIN - ((width - 1) >> 1))) << 1;
  if (width == 1) {
    for (let row = 0; row <= height; row += 2) {
      // A last single row is paired with itself: the second taps are past those of the patch.
      const second = min(row + 1, height);
      interleaveRows(
        rowAddress(0, first + row) + skip,
        rowAddress(0, first + second) + skip,
        columns,
        PATCHES + ((<usize>row) << 1),
        patchBytes,
      );
    }
    return;
  }
  for (let row = 0; row <= height; row++) {
    let source = rowAddress(0, first + row) + skip;
    let target = PATCHES + ((<usize>(row * width)) << 1);
    for (let column = 0; column < columns; column++) {
      // Four taps at a time: the surplus of a row is overwritten by the next, or is in the room after the last.
      for (let tap: usize = 0; tap < (<usize>width) << 1; tap += 8) store<i64>(target + tap, load<i64>(source + tap));
      source += 2;
      target += patchBytes;
    }
  }
}

import { MFCC_MARGIN } from "../generated/line_buffers";
import { PATCHES } from "../generated/memory_map";
import { convolvePair, setRow } from "./convolution";
import { BODY_ONE, BODY_TWO, firstChannel, inputChannels, inputColumns, kernelHeight, kernelWidth, PATHS } from "./layers";
import { nextRow, rowAddress } from "./line_buffer";

/**
 * Gathers the taps of every pixel of a pair of rows: int16 [columns][kernelHeight + 1][kernelWidth]. The upper pixel's taps are the first
 * kernelHeight rows of a patch, the lower pixel's the last: one window, moved by kernelWidth.
 */
export function gatherPatches(layer: i32, pair: i32): void {
  const height = kernelHeight(layer);
  const width = kernelWidth(layer);
  const columns = inputColumns(layer);
  const stride = (<usize>((height + 1) * width)) << 1;
  for (let row = 0; row <= height; row++) {
    let source = rowAddress(0, 2 * pair - ((height - 1) >> 1) + row) + ((<usize>(MFCC_MARGIN - ((width - 1) >> 1))) << 1);
    let target = PATCHES + ((<usize>(row * width)) << 1);
    for (let column = 0; column < columns; column++) {
      for (let tap = 0; tap < width; tap++) {
        store<i16>(target + ((<usize>tap) << 1), load<i16>(source + ((<usize>tap) << 1)));
      }
      source += 2;
      target += stride;
    }
  }
}

/** Body I for one pair of rows: three paths read the MFCCs; their pooled outputs are side by side in the next row of body II. */
export function bodyOne(pair: i32, rows: i32): void {
  const channels = <usize>inputChannels(BODY_TWO);
  for (let path = BODY_ONE; path < PATHS; path++) {
    const taps = kernelHeight(path) * kernelWidth(path);
    const stride = (<usize>(taps + kernelWidth(path))) << 1;
    gatherPatches(path, pair);
    setRow(0, PATCHES);
    setRow(1, PATCHES + ((<usize>kernelWidth(path)) << 1));
    convolvePair<i16>(path, 1, taps, stride, rows, nextRow(1) + <usize>firstChannel(path), channels);
  }
}

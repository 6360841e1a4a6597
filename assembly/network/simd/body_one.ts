import { convolveWindows } from "../../kernels/simd/convolve_windows";
import { PATCHES } from "../../memory_map";
import { gatherPatches } from "../body_one";
import { BODY_ONE, BODY_TWO, firstChannel, inputChannels, inputColumns, kernelHeight, kernelWidth, outputChannels, PATHS } from "../layers";
import { nextRow } from "../line_buffer";
import { isFast, residentNumbers, residentWeights, tapPairs } from "./resident";

/** As `bodyOne` of the scalar network: the three paths for one pair of rows. */
export function bodyOne(pair: i32, rows: i32): void {
  for (let path = BODY_ONE; path < PATHS; path++) {
    const width = kernelWidth(path);
    gatherPatches(path, pair);
    convolveWindows(
      PATCHES,
      (<usize>((kernelHeight(path) + 1) * width)) << 1,
      (<usize>width) << 1,
      tapPairs(path),
      residentWeights(path),
      inputColumns(path),
      rows,
      outputChannels(path),
      residentNumbers(path),
      isFast(path),
      nextRow(1) + <usize>firstChannel(path),
      <usize>inputChannels(BODY_TWO),
    );
  }
}

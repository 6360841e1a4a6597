import { multiplyInt8 } from "../../generated/kernels/relaxed/multiply_int8";
import { multiplyInt16 } from "../../generated/kernels/simd/multiply_int16";
import { GLOBAL_TOTALS, PRODUCTS, REPEATED, ROW_ADDRESSES, VALUES, WINOGRAD_SCRATCH } from "../../generated/memory_map";
import { poolPixels } from "../../kernels/simd/pool_pixels";
import { widenRows } from "../../kernels/simd/widen_rows";
import { winogradInput } from "../../kernels/simd/winograd_input";
import { winogradOutput } from "../../kernels/simd/winograd_output";
import { setRow } from "../convolution";
import { BODY_TWO, inputChannels, inputColumns, kernelHeight, outputChannels, poolWidth } from "../layers";
import { blockRows, leadingRows, nextRow, rowAddress } from "../line_buffer";
import { expandedWeights, groupsOfEight, isFast, layerRequantization, winogradTile } from "./expanded_weights";

/** One convolution of body II for one block of rows. */
export function bodyTwo(stage: i32, block: i32, rows: i32): void {
  const layer = BODY_TWO + stage - 1;
  const height = kernelHeight(layer);
  for (let row = 0; row < blockRows(stage) + height - 1; row++) {
    setRow(row, rowAddress(stage, blockRows(stage) * block - ((height - 1) >> 1) + row));
  }
  // A pooled row that does not count goes where the row after the next will be.
  const lead = leadingRows(stage, block);
  if (winogradTile(layer) > 0) threeByThree(layer, rows, nextRow(stage + 1, lead), nextRow(stage + 1, 1 - lead));
  else oneByOne(layer, rows);
}

/** A 3x3 layer: tiles of 2x2 or 4x4 pixels in 16 or 36 positions, each a matrix product over the channels. */
function threeByThree(layer: i32, rows: i32, out: usize, secondOut: usize): void {
  const columns = inputColumns(layer);
  const wide = winogradTile(layer) == 4;
  const tiles = wide ? (columns + 3) >> 2 : (columns + 1) >> 1;
  const positions: usize = wide ? 36 : 16;
  const channels = inputChannels(layer);
  const groups = groupsOfEight(layer);
  const valueBytes = <usize>(tiles * channels * 2);
  const weightBytes = <usize>(groups * channels * 16);
  const tileBytes = positions << 5;
  winogradInput(wide, ROW_ADDRESSES, tiles, channels, WINOGRAD_SCRATCH, VALUES);
  let weights = expandedWeights(layer);
  for (let position: usize = 0; position < positions; position++) {
    multiplyInt16(
      VALUES + position * valueBytes,
      tiles,
      channels,
      weights,
      groups,
      REPEATED,
      PRODUCTS + (position << 5),
      tileBytes,
      <usize>tiles * tileBytes,
    );
    weights += weightBytes;
  }
  const outputs = outputChannels(layer);
  winogradOutput(
    wide,
    PRODUCTS,
    columns,
    rows,
    outputs,
    poolWidth(layer),
    layerRequantization(layer),
    isFast(layer),
    WINOGRAD_SCRATCH,
    out,
    secondOut,
    <usize>outputs,
  );
}

/** The 1x1 layer: its pixels are rows of a matrix product, its sums go into the global ones. */
function oneByOne(layer: i32, rows: i32): void {
  const pixels = rows * inputColumns(layer);
  const channels = inputChannels(layer);
  const groups = groupsOfEight(layer);
  if (ASC_FEATURE_RELAXED_SIMD) {
    for (let row = 0; row < rows; row++) {
      const values = <usize>load<u32>(ROW_ADDRESSES + ((<usize>row) << 2));
      const products = PRODUCTS + <usize>(row * inputColumns(layer) * groups * 32);
      multiplyInt8(values, inputColumns(layer), channels, expandedWeights(layer), groups, products);
    }
  } else {
    widenRows(ROW_ADDRESSES, rows, inputColumns(layer) * channels, VALUES);
    multiplyInt16(VALUES, pixels, channels, expandedWeights(layer), groups, REPEATED, PRODUCTS, (<usize>groups) << 5, 32);
  }
  poolPixels(PRODUCTS, pixels, outputChannels(layer), groups << 3, layerRequantization(layer), GLOBAL_TOTALS);
}

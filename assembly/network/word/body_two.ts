import { multiplyPairs, multiplyWidePairs, pixelTileWidth, tileWidth, wideTileWidth } from "../../generated/kernels/word/multiply_pairs";
import { transformValues } from "../../generated/kernels/word/transform_values";
import { transformWeights } from "../../generated/kernels/word/transform_weights";
import { transformWideValues } from "../../generated/kernels/word/transform_wide_values";
import { transformWideWeights } from "../../generated/kernels/word/transform_wide_weights";
import { INITIAL_SUMS, PACKED_WEIGHTS, ROW_ADDRESSES, TILE_VALUES } from "../../generated/memory_map";
import { GROUP_CHANNELS_LOG2, GROUP_WEIGHTS } from "../../generated/record_layouts";
import { WEIGHTS_BYTES, WIDE_LAYERS } from "../../generated/word";
import { combineTiles } from "../../kernels/word/combine_tiles";
import { combineWideTiles } from "../../kernels/word/combine_wide_tiles";
import { spreadPixels } from "../../kernels/word/spread_pixels";
import { widenWeights } from "../../kernels/word/widen_weights";
import { checkWeights, DUAL_PRODUCTS, multiplierKind } from "../../target/target";
import { setRow } from "../convolution";
import { BODY_TWO, inputChannels, inputColumns, kernelHeight, outputChannels } from "../layers";
import { nextRow, rowAddress, STAGES } from "../line_buffer";
import { groupOffset, groupSumsBytes, groupsAtOnce, MOST_GROUPS, poolGroups } from "./convolution";

/** Input channels that kernels hold at once, and those of wide tiles: their weights have 24 positions instead of 16. */
const MOST_CHANNELS: i32 = 32;
const MOST_WIDE_CHANNELS: i32 = 24;
/** Bytes of the raw weights of an input channel and a group: 3x3, and 1x1. */
const WINOGRAD_BYTES: u32 = 36;
const PIXEL_BYTES: u32 = 4;
/** Of the values of MOST_CHANNELS channels of a Winograd tile, or of the widest tile of pixels; of a wide tile. */
const TILE_BYTES: usize = 1024;
const WIDE_TILE_BYTES: usize = 1536;
/** The products of a tile follow the weights; those of a wide one, which has more weights, follow the values. While values are transformed, sums of columns are there. */
const TILE_PRODUCTS: usize = PACKED_WEIGHTS + WEIGHTS_BYTES;

/** One convolution of body II (stage 1 to 5) for one block of rows, here a pair; its pooled row goes to the next stage, that of the last stage into the global sums. */
export function bodyTwo(stage: i32, block: i32, rows: i32): void {
  const layer = BODY_TWO + stage - 1;
  const height = kernelHeight(layer);
  for (let row = 0; row <= height; row++) setRow(row, rowAddress(stage, 2 * block - ((height - 1) >> 1) + row));
  const out: usize = stage == STAGES - 1 ? 0 : nextRow(stage + 1);
  const groups = outputChannels(layer) >> GROUP_CHANNELS_LOG2;
  const tiles = (inputColumns(layer) + 1) >> 1;
  const valuesBytes = <usize>(height == 3 ? tiles : 1) * TILE_BYTES;
  const sums = TILE_VALUES + valuesBytes;
  const atOnce = groupsAtOnce(layer, valuesBytes, height == 3 ? groups : MOST_GROUPS);
  for (let first = 0; first < groups; first += atOnce) {
    const count = min(atOnce, groups - first);
    if (isWide(stage)) {
      for (let channel = 0; channel < inputChannels(layer); channel += MOST_WIDE_CHANNELS) convolveWide(layer, first, count, channel, sums);
    } else {
      for (let channel = 0; channel < inputChannels(layer); channel += MOST_CHANNELS) {
        if (height == 3) convolve(layer, first, count, channel, sums);
        else multiplyPixels(layer, first, count, channel, sums);
      }
    }
    poolGroups(layer, sums, first, count, rows, out, <usize>outputChannels(layer));
  }
}

/** A 3x3 convolution of up to MOST_CHANNELS input channels, from `channel` on: the sums of `count` groups of output channels, added to those of the channels before. */
function convolve(layer: i32, first: i32, count: i32, channel: i32, sums: usize): void {
  const channels = inputChannels(layer);
  const used = min(channels - channel, MOST_CHANNELS);
  const tiles = (inputColumns(layer) + 1) >> 1;
  const pairs = used >> 1;
  transformValues(ROW_ADDRESSES, <usize>channel, used >> 2, tiles, <usize>channels, TILE_VALUES, INITIAL_SUMS, TILE_PRODUCTS);
  for (let group = first; group < first + count; group++) {
    const offset = groupOffset(layer, group) + <u32>GROUP_WEIGHTS + <u32>channel * WINOGRAD_BYTES;
    checkWeights(offset, <u32>used * WINOGRAD_BYTES);
    transformWeights(offset, pairs, PACKED_WEIGHTS);
    let values = TILE_VALUES;
    let initial = INITIAL_SUMS;
    for (let tile = 0; tile < tiles; ) {
      const width = tileWidth(tiles - tile);
      const step = (<usize>width) << 6;
      multiplyPairs(width, values, step, PACKED_WEIGHTS, pairs, 16, initial, TILE_PRODUCTS, 64);
      combineTiles(TILE_PRODUCTS, width, sums, channel > 0);
      sums += step;
      values += step << 4;
      initial += step;
      tile += width;
    }
  }
}

/** Whether a stage's convolution has wide tiles. On processors that multiply two pairs of numbers at once they gain little, and take flash. */
function isWide(stage: i32): bool {
  return WIDE_LAYERS != 0 && multiplierKind() != DUAL_PRODUCTS && ((WIDE_LAYERS >> (stage - 1)) & 1) != 0;
}

/** The same as convolve(), for up to MOST_WIDE_CHANNELS input channels and in tiles of four columns, which take less room than two others. */
function convolveWide(layer: i32, first: i32, count: i32, channel: i32, sums: usize): void {
  const channels = inputChannels(layer);
  const used = min(channels - channel, MOST_WIDE_CHANNELS);
  const tiles = inputColumns(layer) >> 2;
  const pairs = used >> 1;
  const last = channel + used == channels;
  const products = TILE_VALUES + <usize>tiles * WIDE_TILE_BYTES;
  transformWideValues(ROW_ADDRESSES, <usize>channel, used >> 2, tiles, <usize>channels, TILE_VALUES, INITIAL_SUMS, products);
  for (let group = first; group < first + count; group++) {
    const offset = groupOffset(layer, group) + <u32>GROUP_WEIGHTS + <u32>channel * WINOGRAD_BYTES;
    checkWeights(offset, <u32>used * WINOGRAD_BYTES);
    transformWideWeights(offset, pairs, PACKED_WEIGHTS);
    let values = TILE_VALUES;
    let initial = INITIAL_SUMS;
    for (let tile = 0; tile < tiles; ) {
      const width = wideTileWidth(tiles - tile);
      const step = (<usize>width) << 6;
      multiplyWidePairs(width, values, step, PACKED_WEIGHTS, pairs, initial, products, 48);
      combineWideTiles(products, width, sums, channel > 0, last);
      sums += (<usize>width) << 7;
      values += step * 24;
      initial += <usize>width * 96;
      tile += width;
    }
  }
}

/** The same for a 1x1 convolution; at most MOST_GROUPS groups. */
function multiplyPixels(layer: i32, first: i32, count: i32, channel: i32, sums: usize): void {
  const channels = inputChannels(layer);
  const used = min(channels - channel, MOST_CHANNELS);
  const pairs = used >> 1;
  const pixels = inputColumns(layer) << 1;
  const sumsBytes = groupSumsBytes(layer);
  store<u64>(INITIAL_SUMS, 0);
  store<u64>(INITIAL_SUMS, 0, 8);
  for (let group = 0; group < count; group++) {
    const offset = groupOffset(layer, first + group) + <u32>GROUP_WEIGHTS + <u32>channel * PIXEL_BYTES;
    widenWeights(offset, pairs, PACKED_WEIGHTS + ((<usize>group) << 4));
  }
  for (let pixel = 0; pixel < pixels; ) {
    const width = pixelTileWidth(pixels - pixel);
    spreadPixels(ROW_ADDRESSES, <usize>channels, <usize>channel, pixel, width, used >> 2, TILE_VALUES);
    const target = channel == 0 ? sums : TILE_PRODUCTS;
    const step = channel == 0 ? sumsBytes : 64;
    multiplyPairs(width, TILE_VALUES, 0, PACKED_WEIGHTS, pairs, count, INITIAL_SUMS, target, step);
    if (channel > 0) addTiles(width, count, sums, sumsBytes);
    sums += (<usize>width) << 4;
    pixel += width;
  }
}

/** Adds the products of `count` groups at TILE_PRODUCTS to their sums. */
function addTiles(width: i32, count: i32, sums: usize, sumsBytes: usize): void {
  let products = TILE_PRODUCTS;
  for (let group = 0; group < count; group++) {
    let target = sums;
    let product = products;
    for (const end = sums + ((<usize>width) << 4); target < end; target += 4) {
      store<i32>(target, load<i32>(target) + load<i32>(product));
      product += 4;
    }
    sums += sumsBytes;
    products += 64;
  }
}

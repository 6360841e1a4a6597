/**
 * The gate's network: a dense layer; blocks of a causal convolution in time, each channel by itself, and a dense layer; one output. Activations are uint8 in
 * sixteenths, weights int8 in 64ths, so a shift by SHIFT brings a sum to the scale of the next layer.
 */
import {
  BANDS,
  BLOCKS,
  CHANNELS,
  DILATIONS,
  GATE_BYTES,
  GATE_OFFSET,
  LARGEST_ACTIVATION,
  MEAN_SHIFTS,
  OUTPUTS_OFFSET,
  SHIFT,
  TAPS,
} from "../generated/gate";
import { GATE_MEANS, GATE_MEANS_BYTES, GATE_ROWS, GATE_ROWS_BYTES, GATE_WEIGHTS } from "../generated/memory_map";
import { convolveDepthwise as convolveDepthwiseScalar } from "../kernels/convolve_depthwise";
import { dense } from "../kernels/dense";
import { denseRectified as denseRectifiedScalar } from "../kernels/dense_rectified";
import { convolveDepthwise as convolveDepthwiseSimd } from "../kernels/simd/convolve_depthwise";
import { denseRectified as denseRectifiedSimd } from "../kernels/simd/dense_rectified";
import { loadWeights } from "../network/weights";
import { GATE_VALUES } from "./bands";

/** Bytes of a row. */
const ROW: usize = <usize>CHANNELS;

export function startGateNetwork(): void {
  memory.fill(GATE_ROWS, 0, GATE_ROWS_BYTES);
  memory.fill(GATE_MEANS, 0, GATE_MEANS_BYTES);
  if (ASC_FEATURE_SIMD) loadWeights(GATE_WEIGHTS, GATE_OFFSET, GATE_BYTES);
}

/** int16 GATE_VALUES [2][BANDS] -> the score. In scalar builds the weights are loaded to where the spectrum was; SIMD builds have a place of their own for them. */
export function network(): i32 {
  if (!ASC_FEATURE_SIMD) loadWeights(GATE_WEIGHTS, GATE_OFFSET, GATE_BYTES);
  let weights = layer(BANDS << 1, GATE_WEIGHTS);
  // The rows of all blocks lie one block after another, each with the newest last, and all move by one; then the newest of each is written.
  memory.copy(GATE_ROWS, GATE_ROWS + ROW, <usize>GATE_ROWS_BYTES - ROW);
  let newest = GATE_ROWS - ROW;
  for (let block = 0; block < BLOCKS; block++) {
    const step = <usize>load<u8>(DILATIONS + <usize>block) * ROW;
    newest += <usize>(TAPS - 1) * step + ROW;
    storeRow(newest);
    const means = GATE_MEANS + <usize>block * (ROW << 1);
    const meanShift = i32(load<u8>(MEAN_SHIFTS + <usize>block));
    if (ASC_FEATURE_SIMD) {
      convolveDepthwiseSimd(newest, step, weights, TAPS, means, meanShift, CHANNELS, SHIFT, GATE_VALUES);
    } else {
      convolveDepthwiseScalar(newest, step, weights, TAPS, means, meanShift, CHANNELS, SHIFT, GATE_VALUES);
    }
    weights = layer(CHANNELS, weights + <usize>(TAPS + 1) * ROW);
  }
  return dense(GATE_VALUES, weights + 4, CHANNELS, load<i32>(weights));
}

/** The values of a layer, uint8 in int16, as the newest row of a block. */
function storeRow(row: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let at: usize = 0; at < ROW; at += 4) {
      const values = v128.load64_zero(GATE_VALUES + (at << 1));
      v128.store32_lane(row + at, i8x16.narrow_i16x8_u(values, values), 0);
    }
  } else {
    for (let channel: usize = 0; channel < ROW; channel++) store<u8>(row + channel, load<u8>(GATE_VALUES + (channel << 1)));
  }
}

/** GATE_VALUES [inputs] through a dense layer, in place; returns where the next weights are. */
function layer(inputs: i32, weights: usize): usize {
  const out = GATE_VALUES + OUTPUTS_OFFSET;
  if (ASC_FEATURE_SIMD) {
    denseRectifiedSimd(GATE_VALUES, inputs, weights, CHANNELS, SHIFT, LARGEST_ACTIVATION, out);
    for (let at: usize = 0; at < ROW << 1; at += 8) v128.store64_lane(GATE_VALUES + at, v128.load64_zero(out + at), 0);
  } else {
    denseRectifiedScalar(GATE_VALUES, inputs, weights, CHANNELS, SHIFT, LARGEST_ACTIVATION, out);
    memory.copy(GATE_VALUES, out, ROW << 1);
  }
  return weights + <usize>(inputs + 2) * ROW;
}

import { COEFFICIENTS, MFCC_SCALE } from "../generated/model";
import {
  GLOBAL_TOTALS,
  GLOBAL_TOTALS_BYTES,
  LINE_BUFFERS_BYTES,
  LINE_BUFFERS_START,
  MFCC,
  STAGE_STATE,
  STAGE_STATE_BYTES,
} from "../memory_map";
import { bodyOne } from "./body_one";
import { bodyTwo } from "./body_two";
import { head } from "./head";
import { nextRow, pairDone, pairsDone, pairsInAll, rowArrived, rowsInAll, STAGES, zeroRowArrived } from "./line_buffer";
import { bodyOne as bodyOneSimd } from "./simd/body_one";
import { bodyTwo as bodyTwoSimd } from "./simd/body_two";
import { prepareWeights } from "./simd/resident";

const LARGEST_MFCC: i32 = 4095;

/**
 * Light-SERNet, row by row. A frame's MFCCs are a row of stage 0 (body I); as soon as a stage has the rows that a pair of its output
 * rows needs, the pair is convolved, rectified and pooled into one row of the next stage:
 *
 *     MFCC 184x40 -> body I (11x1 | 1x9 | 3x3, pool 2x2) -> 92x20x96 -> 3x3, 2x2 -> 46x10x64 -> 3x3, 2x2 -> 23x5x96
 *                 -> 3x3, 2x1 -> 12x5x128 -> 3x3, 2x1 -> 6x5x160 -> 1x1, global average -> 320 -> dense -> 7
 */
export function startNetwork(): void {
  memory.fill(LINE_BUFFERS_START, 0, LINE_BUFFERS_BYTES);
  memory.fill(GLOBAL_TOTALS, 0, GLOBAL_TOTALS_BYTES);
  memory.fill(STAGE_STATE, 0, STAGE_STATE_BYTES);
  frames = 0;
  if (ASC_FEATURE_SIMD) prepareWeights();
}

let frames: i32 = 0;

/** Frames that the network has been given. */
export function framesPushed(): i32 {
  return frames;
}

/** Gives the network the float32 MFCCs at MFCC: rounded to 13 bits (scale clip/4095), they are the next row. NaN is 0; what lies outside the clip is clamped. */
export function pushFrame(): void {
  const row = nextRow(0);
  for (let index: usize = 0; index < <usize>COEFFICIENTS; index++) {
    const value = i32(nearest<f32>(load<f32>(MFCC + (index << 2)) * MFCC_SCALE));
    store<i16>(row + (index << 1), max(-LARGEST_MFCC, min(LARGEST_MFCC, value)));
  }
  frames++;
  if (rowArrived(0)) makePair(0);
}

/** The edges: rows of zeros behind the last until every stage has made all of its rows; then the head. */
export function finishNetwork(): void {
  for (let stage = 0; stage < STAGES; stage++) {
    while (pairsDone(stage) < pairsInAll(stage)) {
      if (zeroRowArrived(stage)) makePair(stage);
    }
  }
  head();
}

/** A pair of output rows of one stage, pooled into one row of the next; that may complete a pair there, and so on. */
function makePair(first: i32): void {
  let stage = first;
  while (true) {
    const pair = pairsDone(stage);
    const rows = min(2, rowsInAll(stage) - 2 * pair);
    if (ASC_FEATURE_SIMD) {
      if (stage == 0) bodyOneSimd(pair, rows);
      else bodyTwoSimd(stage, pair, rows);
    } else if (stage == 0) {
      bodyOne(pair, rows);
    } else {
      bodyTwo(stage, pair, rows);
    }
    pairDone(stage);
    stage++;
    if (stage == STAGES || !rowArrived(stage)) return;
  }
}

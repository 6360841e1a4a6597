import { LEARNS_ANSWERS } from "../generated/answer_rules";
import { WORD_KERNELS } from "../generated/engine_plan";
import { INPUT_FACTORS, INPUT_OFFSETS, TRANSFORMS_INPUT } from "../generated/input_affine";
import { INPUT_LEVELS } from "../generated/levels";
import { GLOBAL_TOTALS, GLOBAL_TOTALS_BYTES, MFCC } from "../generated/memory_map";
import { COEFFICIENTS, MFCC_SCALE } from "../generated/model";
import { quantizeAffineRow } from "../kernels/quantize_affine_row";
import { quantizeRow as quantizeRowScalar } from "../kernels/quantize_row";
import { quantizeRow as quantizeRowSimd } from "../kernels/simd/quantize_row";
import { bodyOne as bodyOneScalar } from "./body_one";
import { bodyTwo as bodyTwoScalar } from "./body_two";
import { head } from "./head";
import {
  allDone,
  blockDone,
  blocksDone,
  isEndless,
  leadingRows,
  nextRow,
  rowsArrived,
  rowsOfBlock,
  STAGES,
  startBuffers,
  zeroRowArrived,
} from "./line_buffer";
import { bodyOne as bodyOneSimd } from "./simd/body_one";
import { bodyTwo as bodyTwoSimd } from "./simd/body_two";
import { expandWeights } from "./simd/expanded_weights";
import { startCorrection } from "./speaker_answers";
import { bodyOne as bodyOneWord } from "./word/body_one";
import { bodyTwo as bodyTwoWord } from "./word/body_two";

/**
 * Light-SERNet, row by row. A frame's MFCCs are a row of stage 0 (body I). As soon as a stage has the rows that a block of its output
 * rows needs (two; in host builds also four), the block is convolved, rectified and pooled into rows of the next stage:
 *
 *     MFCC 184x40 -> body I (11x1 | 1x9 | 3x3, pool 2x2) -> 92x20x96 -> 3x3, 2x2 -> 46x10x64 -> 3x3, 2x2 -> 23x5x96
 *                 -> 3x3, 2x1 -> 12x5x128 -> 3x3, 2x1 -> 6x5x160 -> 1x1, global average -> 320 -> dense -> 7
 */
export function startNetwork(withoutEnd: bool): void {
  startBuffers(withoutEnd);
  memory.fill(GLOBAL_TOTALS, 0, GLOBAL_TOTALS_BYTES);
  frames = 0;
  rowDone = false;
  if (LEARNS_ANSWERS) startCorrection();
  if (ASC_FEATURE_SIMD) expandWeights();
}

let frames: i32 = 0;
/** Whether GLOBAL_TOTALS has a row of the last stage, in a stream. */
let rowDone: bool = false;

/** In a stream: whether the sums of one more row of the last stage are at GLOBAL_TOTALS. The caller takes them and leaves zeros. */
export function takesRow(): bool {
  const done = rowDone;
  rowDone = false;
  return done;
}

/** Frames that the network has taken since its start. */
export function framesPushed(): i32 {
  return frames;
}

/**
 * Takes the float32 MFCCs at MFCC as the next row, rounded to 13 bits (scale clip / INPUT_LEVELS, or each coefficient with its own scale and offset). NaN becomes 0; what
 * is outside the clip is clamped.
 */
export function pushFrame(): void {
  const row = nextRow(0);
  if (TRANSFORMS_INPUT) quantizeAffineRow(MFCC, COEFFICIENTS, INPUT_FACTORS, INPUT_OFFSETS, INPUT_LEVELS, row);
  else if (ASC_FEATURE_SIMD) quantizeRowSimd(MFCC, COEFFICIENTS, MFCC_SCALE, INPUT_LEVELS, row);
  else quantizeRowScalar(MFCC, COEFFICIENTS, MFCC_SCALE, INPUT_LEVELS, row);
  frames++;
  if (rowsArrived(0, 1)) makeBlock(0);
}

/** The edges: rows of zeros after the last one until every stage has made all of its rows; then the head. */
export function finishNetwork(): void {
  for (let stage = 0; stage < STAGES; stage++) {
    while (!allDone(stage)) {
      if (zeroRowArrived(stage)) makeBlock(stage);
    }
  }
  head();
}

/**
 * A block of output rows of one stage, every two pooled into one row of the next stage; that may complete a block there, and so on. In a stream every row of the last
 * stage is a block.
 */
function makeBlock(first: i32): void {
  let stage = first;
  while (true) {
    const block = blocksDone(stage);
    const rows = rowsOfBlock(stage, block);
    if (stage == 0) bodyOne(block, rows);
    else bodyTwo(stage, block, rows);
    const pooled = ((rows + 1) >> 1) - leadingRows(stage, block);
    blockDone(stage);
    stage++;
    if (isEndless() && stage == STAGES - 1) {
      bodyTwo(stage, 0, 1);
      rowDone = true;
      return;
    }
    if (stage == STAGES || !rowsArrived(stage, pooled)) return;
  }
}

function bodyOne(block: i32, rows: i32): void {
  if (ASC_FEATURE_SIMD) bodyOneSimd(block, rows);
  else if (WORD_KERNELS) bodyOneWord(block, rows);
  else bodyOneScalar(block, rows);
}

function bodyTwo(stage: i32, block: i32, rows: i32): void {
  if (ASC_FEATURE_SIMD) bodyTwoSimd(stage, block, rows);
  else if (WORD_KERNELS) bodyTwoWord(stage, block, rows);
  else bodyTwoScalar(stage, block, rows);
}

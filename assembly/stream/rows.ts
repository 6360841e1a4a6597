/**
 * The last rows of the last layer: one for every 32 frames of a stream, averaged over the coefficients, as many as a window has. The answer is over their mean.
 */
import { FEATURE_LEVELS } from "../generated/levels";
import { FEATURES, GLOBAL_TOTALS, GLOBAL_TOTALS_BYTES, STREAM_ROWS } from "../generated/memory_map";
import { HEAD_INPUTS } from "../generated/model";
import { WINDOW_ROWS } from "../generated/stream";
import { requantizeTotals } from "../network/head";

const ROW_BYTES: usize = (<usize>HEAD_INPUTS) << 1;

/** Rows that there are, and where the next one goes. */
let rows: i32 = 0;
let next: i32 = 0;

export function startRows(): void {
  rows = 0;
  next = 0;
}

export function rowCount(): i32 {
  return rows;
}

function rowAt(index: i32): usize {
  return STREAM_ROWS + <usize>index * ROW_BYTES;
}

/** Takes the sums at GLOBAL_TOTALS as the next row, int16 [channels]: the row's part of the mean of WINDOW_ROWS rows. */
export function addRow(): void {
  requantizeTotals(rowAt(next));
  clearSums();
  next = next + 1 == WINDOW_ROWS ? 0 : next + 1;
  rows = min(rows + 1, WINDOW_ROWS);
}

/** For the next row: the sums at GLOBAL_TOTALS have been taken, or are those of a row from before somebody began to speak. */
export function clearSums(): void {
  memory.fill(GLOBAL_TOTALS, 0, GLOBAL_TOTALS_BYTES);
}

/** The mean of the rows that there are, to FEATURES. */
export function averageRows(): void {
  for (let at: usize = 0; at < ROW_BYTES; at += 2) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += load<i16>(rowAt(row) + at);
    store<i16>(FEATURES + at, min((sum * WINDOW_ROWS + (rows >> 1)) / rows, FEATURE_LEVELS));
  }
}

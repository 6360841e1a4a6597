import { LINE_BUFFERS } from "../generated/line_buffers";
import { STAGE_STATE } from "../memory_map";

/**
 * Line buffers: the last rows of each stage's input, in a ring. Stage 0 is body I (rows of int16 MFCCs), stages 1 to 5 the convolutions of
 * body II (rows of uint8 activations). A row holds the padding columns too; they are never written and stay zero. Rows in front of
 * the first are the zeros of the cleared buffer.
 *
 * The generated table has for each stage: address, bytes of a row, rows of the ring, bytes in front of the first column, rows behind the
 * pair of output rows that the kernel needs (kernel height / 2), rows of the whole input.
 */
export const STAGES: i32 = 6;
const FIELDS: i32 = 6;

function field(stage: i32, index: i32): i32 {
  return load<i32>(LINE_BUFFERS + ((<usize>(stage * FIELDS + index)) << 2));
}

/** How many rows have arrived. */
function arrived(stage: i32): i32 {
  return load<i32>(STAGE_STATE + ((<usize>stage) << 3));
}

/** How many pairs of output rows were made. */
export function pairsDone(stage: i32): i32 {
  return load<i32>(STAGE_STATE + ((<usize>stage) << 3), 4);
}

/** Rows of a stage's whole input, and of its output before pooling. */
export function rowsInAll(stage: i32): i32 {
  return field(stage, 5);
}

/** How many pairs of output rows the whole input gives; the last may have one row only. */
export function pairsInAll(stage: i32): i32 {
  return (rowsInAll(stage) + 1) >> 1;
}

/** Address of a row: its padding columns come first. Valid for the last rows only, as many as the ring has, and for zeros in front. */
export function rowAddress(stage: i32, row: i32): usize {
  const rows = field(stage, 2);
  return <usize>(field(stage, 0) + ((row + rows) % rows) * field(stage, 1));
}

/** Where the next row's first column goes. */
export function nextRow(stage: i32): usize {
  return rowAddress(stage, arrived(stage)) + <usize>field(stage, 3);
}

/** A row has been written to nextRow(). True when it completes what a pair of output rows needs; the pair must then be made. */
export function rowArrived(stage: i32): bool {
  const rows = arrived(stage) + 1;
  store<i32>(STAGE_STATE + ((<usize>stage) << 3), rows);
  return rows >= 2 * pairsDone(stage) + 2 + field(stage, 4);
}

/** A row of zeros behind the end. True as for rowArrived(). */
export function zeroRowArrived(stage: i32): bool {
  memory.fill(rowAddress(stage, arrived(stage)), 0, field(stage, 1));
  return rowArrived(stage);
}

export function pairDone(stage: i32): void {
  store<i32>(STAGE_STATE + ((<usize>stage) << 3), pairsDone(stage) + 1, 4);
}

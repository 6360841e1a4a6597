import { LINE_BUFFERS } from "../generated/line_buffers";
import { STAGE_STATE } from "../memory_map";

/**
 * Line buffers: the last rows of each stage's input, in a ring. Stage 0 is body I (rows of int16 MFCCs), stages 1 to 5 the convolutions of
 * body II (rows of uint8 activations). A row holds the padding columns too; they are never written and stay zero. Rows in front of
 * the first are the zeros of the cleared buffer.
 *
 * A stage makes a block of output rows at a time: two, or four where the host builds compute tiles of four rows. The generated table has for each stage:
 * address, bytes of a row, rows of the ring, bytes in front of the first column, rows behind a block that the kernel needs (kernel height / 2), rows of the
 * whole input, rows of a block.
 */
export const STAGES: i32 = 6;
const FIELDS: i32 = 7;

function field(stage: i32, index: i32): i32 {
  return load<i32>(LINE_BUFFERS + ((<usize>(stage * FIELDS + index)) << 2));
}

/** How many rows have arrived. */
function arrived(stage: i32): i32 {
  return load<i32>(STAGE_STATE + ((<usize>stage) << 3));
}

/** How many blocks of output rows were made. */
export function blocksDone(stage: i32): i32 {
  return load<i32>(STAGE_STATE + ((<usize>stage) << 3), 4);
}

/** Rows of a stage's whole input, and of its output before pooling. */
export function rowsInAll(stage: i32): i32 {
  return field(stage, 5);
}

export function blockRows(stage: i32): i32 {
  return field(stage, 6);
}

/** Whether the whole input's blocks were made; the last may have fewer rows. */
export function allDone(stage: i32): bool {
  return blocksDone(stage) * blockRows(stage) >= rowsInAll(stage);
}

/** Address of a row: its padding columns come first. Valid for the last rows only, as many as the ring has, and for zeros in front. */
export function rowAddress(stage: i32, row: i32): usize {
  const rows = field(stage, 2);
  return <usize>(field(stage, 0) + ((row + rows) % rows) * field(stage, 1));
}

/** Where the next row's first column goes, or that of a row behind it. */
export function nextRow(stage: i32, behind: i32 = 0): usize {
  return rowAddress(stage, arrived(stage) + behind) + <usize>field(stage, 3);
}

/** Rows have been written to nextRow(), no more than a block. True when they complete what a block of output rows needs; the block must then be made. */
export function rowsArrived(stage: i32, count: i32): bool {
  const rows = arrived(stage) + count;
  store<i32>(STAGE_STATE + ((<usize>stage) << 3), rows);
  return rows >= blockRows(stage) * (blocksDone(stage) + 1) + field(stage, 4);
}

/** A row of zeros behind the end. True as for rowsArrived(). */
export function zeroRowArrived(stage: i32): bool {
  memory.fill(rowAddress(stage, arrived(stage)), 0, field(stage, 1));
  return rowsArrived(stage, 1);
}

export function blockDone(stage: i32): void {
  store<i32>(STAGE_STATE + ((<usize>stage) << 3), blocksDone(stage) + 1, 4);
}

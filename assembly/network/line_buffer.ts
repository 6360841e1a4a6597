import * as table from "../generated/line_buffers";
import { LINE_BUFFERS_BYTES, LINE_BUFFERS_START, STAGE_STATE, STAGE_STATE_BYTES } from "../generated/memory_map";

/**
 * Line buffers: the last rows of each stage's input, in a ring. Stage 0 is body I (rows of int16 MFCCs), stages 1 to 5 the convolutions of
 * body II (rows of uint8 activations). A row holds its padding columns, too; they are never written and stay zero. Rows before
 * the first are the zeros of the cleared buffer.
 *
 * A stage makes a block of output rows at a time: two, or four where the host builds compute Winograd tiles of four rows.
 */
export const STAGES: i32 = 6;

function field(stage: i32, column: i32): i32 {
  return load<i32>(table.LINE_BUFFERS + ((<usize>(stage * table.COLUMNS + column)) << 2));
}

/** How many rows have arrived. */
function arrived(stage: i32): i32 {
  return load<i32>(STAGE_STATE + ((<usize>stage) << 3));
}

/** How many blocks of output rows were made. */
export function blocksDone(stage: i32): i32 {
  return load<i32>(STAGE_STATE + ((<usize>stage) << 3), 4);
}

/** Whether rows arrive without end, as in a stream. */
let endless: bool = false;

export function isEndless(): bool {
  return endless;
}

/** Clears the buffers: the rows before the first are zeros. */
export function startBuffers(withoutEnd: bool): void {
  memory.fill(LINE_BUFFERS_START, 0, LINE_BUFFERS_BYTES);
  endless = withoutEnd;
  memory.fill(STAGE_STATE, 0, STAGE_STATE_BYTES);
  if (withoutEnd) for (let stage = 0; stage < STAGES; stage++) store<i32>(STAGE_STATE + ((<usize>stage) << 3), leadOf(stage));
}

/**
 * In a stream a block of four rows begins two rows before the first, and its first pooled row does not count (leadingRows): so blocks end where a row of the last stage
 * needs them to end, in every build.
 */
function leadOf(stage: i32): i32 {
  return blockRows(stage) - 2;
}

/**
 * All rings hold the same row again and again: of frames without speech. The next frame is the first of a row of the last stage, as if such frames had come until then,
 * for `before` rows of the last stage.
 */
export function realignRows(before: i32): void {
  let rows = before << (STAGES - 1);
  for (let stage = 0; stage < STAGES - 1; stage++) {
    const arrivedRows = rows + leadOf(stage);
    const blocks = (arrivedRows - field(stage, table.ROWS_AFTER)) / blockRows(stage);
    store<i32>(STAGE_STATE + ((<usize>stage) << 3), arrivedRows);
    store<i32>(STAGE_STATE + ((<usize>stage) << 3), blocks, 4);
    rows = (blocks * blockRows(stage) - leadOf(stage)) >> 1;
  }
}

/** How many of a block's pooled rows lie before the first row of a stream. */
export function leadingRows(stage: i32, block: i32): i32 {
  return endless && block == 0 ? leadOf(stage) >> 1 : 0;
}

/** Counts back by as many rows as leave every ring where it is, so that no counter of a stream overflows. Call it with every table.PERIOD-th row of the last stage. */
export function rewindRows(): void {
  let rows: i32 = table.PERIOD;
  for (let stage = STAGES - 2; stage >= 0; stage--) {
    rows <<= 1;
    const state = STAGE_STATE + ((<usize>stage) << 3);
    store<i32>(state, load<i32>(state) - rows);
    store<i32>(state, load<i32>(state, 4) - rows / blockRows(stage), 4);
  }
}

/** Output rows of a block before pooling: the last block of a segment may have fewer. */
export function rowsOfBlock(stage: i32, block: i32): i32 {
  return endless ? blockRows(stage) : min(blockRows(stage), rowsInAll(stage) - blockRows(stage) * block);
}

/** Rows of a stage's whole input, and of its output before pooling. */
export function rowsInAll(stage: i32): i32 {
  return field(stage, table.INPUT_ROWS);
}

/** Output rows of a block. */
export function blockRows(stage: i32): i32 {
  return field(stage, table.BLOCK_ROWS);
}

/** Whether all blocks of the input were made; the last may have fewer rows. */
export function allDone(stage: i32): bool {
  return blocksDone(stage) * blockRows(stage) >= rowsInAll(stage);
}

/** Address of a row, where its padding columns begin. Valid for the rows that the ring still holds, and for zeros before the first. */
export function rowAddress(stage: i32, row: i32): usize {
  const rows = field(stage, table.RING_ROWS);
  return <usize>(field(stage, table.ADDRESS) + ((row + rows) % rows) * field(stage, table.ROW_BYTES));
}

/** Where the first column of the next row goes, or that of a row `ahead` of it. */
export function nextRow(stage: i32, ahead: i32 = 0): usize {
  return rowAddress(stage, arrived(stage) + ahead) + <usize>field(stage, table.PADDING_BYTES);
}

/** `count` rows, at most a block, have been written to nextRow(). True when they complete what a block of output rows needs; it must then be made. */
export function rowsArrived(stage: i32, count: i32): bool {
  const rows = arrived(stage) + count;
  store<i32>(STAGE_STATE + ((<usize>stage) << 3), rows);
  return rows >= blockRows(stage) * (blocksDone(stage) + 1) + field(stage, table.ROWS_AFTER);
}

/** A row of zeros after the last row. True as for rowsArrived(). */
export function zeroRowArrived(stage: i32): bool {
  memory.fill(rowAddress(stage, arrived(stage)), 0, field(stage, table.ROW_BYTES));
  return rowsArrived(stage, 1);
}

/** Counts a block of output rows. */
export function blockDone(stage: i32): void {
  store<i32>(STAGE_STATE + ((<usize>stage) << 3), blocksDone(stage) + 1, 4);
}

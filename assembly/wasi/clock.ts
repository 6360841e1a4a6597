/** Time that passes, for the timing in the report. */
import { clock_time_get } from "./wasi_snapshot_preview1";

const CLOCK_MONOTONIC: i32 = 1;

const time: usize = memory.data(8, 8);

/** Nanoseconds since some moment; always 0 without a clock. */
export function now(): i64 {
  return clock_time_get(CLOCK_MONOTONIC, 1000, time) === 0 ? load<i64>(time) : 0;
}

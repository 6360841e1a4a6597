import { SINC_ENTRIES } from "../../generated/model";
import { SINC } from "../../generated/tables";
import { step } from "../weighted_sum";

/**
 * The weights of any phase, eight at a time, to the bit those of kernel() in ../weighted_sum.ts. From one input to the next the position moves by `step`; it is that of
 * the phase plus a multiple of `step`, which does not depend on the phase. So for every whole number of table entries that a phase may add there is a row of entries,
 * in the order of the inputs, and one of the differences to the next entries: no lane has to look something up at a place of its own. What is left of the position, its
 * 20 bits after the point, is added in two parts of 15 and 5 bits. A carry takes the entries of the next row.
 *
 * Inputs up to the output's index are `start` and multiples of `step` away from it, those after it `step - start` and multiples.
 */
const ENTRY_BITS: i32 = 20;
const LOW_BITS: i32 = 5;
const FRACTION: i32 = 32767;
const LOW: i32 = 31;
const LAST: i32 = SINC_ENTRIES - 1;

/** int16 [slots] each: the upper and the lower bits after the point of the multiples of `step`; then of each whole number of entries those, and the differences. */
let highs: usize = 0;
let lows: usize = 0;
let entries: usize = 0;
/** Bytes of a row, and of those that are inputs up to the output's index. */
let rowBytes: usize = 0;
let leftBytes: usize = 0;
/** Whole numbers of entries that there are rows for. */
let offsets: i32 = 0;

/** Prepares rows of `slots` weights, the first `left` of which are those of inputs up to the output's index; multiples of eight. What is kept lies at `at`. */
export function startPhases(at: usize, left: i32, slots: i32): void {
  rowBytes = (<usize>slots) << 1;
  leftBytes = (<usize>left) << 1;
  highs = at;
  lows = highs + rowBytes;
  entries = lows + rowBytes;
  offsets = (step >> ENTRY_BITS) + 2;
  for (let slot = 0; slot < slots; slot++) {
    const multiple = (slot < left ? left - 1 - slot : slot - left) * step;
    const place = (<usize>slot) << 1;
    store<i16>(highs + place, (multiple >> LOW_BITS) & FRACTION);
    store<i16>(lows + place, multiple & LOW);
    let row = entries + place;
    for (let offset = 0; offset < offsets; offset++) {
      const entry = (multiple >> ENTRY_BITS) + offset;
      const value = entry < LAST ? entryAt(entry) : 0;
      store<i16>(row, value);
      store<i16>(row + rowBytes, entry < LAST ? entryAt(entry + 1) - value : 0);
      row += 2 * rowBytes;
    }
  }
}

function entryAt(index: i32): i32 {
  return i32(load<i16>(SINC + ((<usize>index) << 1)));
}

/** int16 [slots]: the largest magnitude that each weight has in any phase. An interpolated weight lies between two entries. */
export function storeLargest(row: usize): void {
  for (let place: usize = 0; place < rowBytes; place += 2) {
    let largest = 0;
    let at = entries + place;
    for (let offset = 0; offset < offsets; offset++) {
      const value = i32(load<i16>(at));
      largest = max(largest, max(abs(value), abs(value + i32(load<i16>(at + rowBytes)))));
      at += 2 * rowBytes;
    }
    store<i16>(row + place, largest);
  }
}

/** The row of the phase with that position, startPosition(). */
export function interpolateRow(row: usize, start: i32): void {
  interpolate(row, 0, leftBytes, start);
  interpolate(row, leftBytes, rowBytes, step - start);
}

/** From one byte of the row to another, for positions that are multiples of `step` and `position`. */
function interpolate(row: usize, from: usize, to: usize, position: i32): void {
  const high = i16x8.splat(i16((position >> LOW_BITS) & FRACTION));
  const limit = i16x8.splat(i16(LOW - (position & LOW)));
  const fraction = i16x8.splat(i16(FRACTION));
  const shift = entries + <usize>(position >> ENTRY_BITS) * 2 * rowBytes;
  for (let at = from; at < to; at += 16) {
    // A sum beyond 15 bits is negative; a true comparison is -1.
    const sum = i16x8.sub(i16x8.add(v128.load(highs + at), high), i16x8.gt_s(v128.load(lows + at), limit));
    const carry = i16x8.shr_s(sum, 15);
    const here = shift + at;
    const next = here + 2 * rowBytes;
    const entry = v128.bitselect(v128.load(next), v128.load(here), carry);
    const difference = v128.bitselect(v128.load(next + rowBytes), v128.load(here + rowBytes), carry);
    // (difference * fraction + 2^14) >> 15
    v128.store(row + at, i16x8.add(entry, i16x8.q15mulr_sat_s(difference, v128.and(sum, fraction))));
  }
}

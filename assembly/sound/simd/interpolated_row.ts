import { SINC_ENTRIES } from "../../generated/model";
import { SINC } from "../../generated/tables";
import { step } from "../weighted_sum";

/**
 * The weights of any phase, eight at a time, to the bit those of kernel() in ../weighted_sum.ts. From one input to the next the position moves by `step`; it is that of
 * the phase plus a multiple of `step`, which does not depend on the phase. So for every whole number of table entries that a phase may add there is a row of entries and
 * of differences to the next entries, in the order of the inputs: no lane has to look something up at a place of its own. What is left of the position, its 20 bits after
 * the point, is added in two parts of 15 and 5 bits. A lane that carries takes the next entry, which lies `rise` higher.
 *
 * Inputs up to the output's index are `start` and multiples of `step` away from it, those after it `step - start` and multiples.
 */
const ENTRY_BITS: i32 = 20;
const LOW_BITS: i32 = 5;
const FRACTION: i32 = 32767;
const LOW: i32 = 31;
const LAST: i32 = SINC_ENTRIES - 1;

/** Of eight weights: the upper and the lower bits after the point of their multiples of `step`, two vectors. */
let multiples: usize = 0;
const MULTIPLES_BYTES: usize = 32;
/** Of eight weights and a whole number of entries: entry, rise, difference, rise of the difference, four vectors. */
let entries: usize = 0;
const ENTRIES_BYTES: usize = 64;
/** Vectors of a row, and of those that are inputs up to the output's index. */
let vectors: i32 = 0;
let leftVectors: i32 = 0;
/** Whole numbers of entries that there are. */
let offsets: i32 = 0;

/** Prepares rows of `slots` weights, the first `left` of which are those of inputs up to the output's index; multiples of eight. What is kept lies at `at`. */
export function startPhases(at: usize, left: i32, slots: i32): void {
  vectors = slots >> 3;
  leftVectors = left >> 3;
  multiples = at;
  entries = at + <usize>vectors * MULTIPLES_BYTES;
  offsets = (step >> ENTRY_BITS) + 2;
  for (let slot = 0; slot < slots; slot++) {
    const multiple = (slot < left ? left - 1 - slot : slot - left) * step;
    const vector = <usize>(slot >> 3);
    const lane = (<usize>(slot & 7)) << 1;
    const bits = multiples + vector * MULTIPLES_BYTES + lane;
    store<i16>(bits, (multiple >> LOW_BITS) & FRACTION);
    store<i16>(bits, multiple & LOW, 16);
    let place = entries + vector * ENTRIES_BYTES + lane;
    for (let offset = 0; offset < offsets; offset++) {
      const entry = (multiple >> ENTRY_BITS) + offset;
      store<i16>(place, entryAt(entry));
      store<i16>(place, entryAt(entry + 1) - entryAt(entry), 16);
      store<i16>(place, differenceAt(entry), 32);
      store<i16>(place, differenceAt(entry + 1) - differenceAt(entry), 48);
      place += <usize>vectors * ENTRIES_BYTES;
    }
  }
}

/** The kernel ends before the last entry. */
function entryAt(index: i32): i32 {
  return index < LAST ? i32(load<i16>(SINC + ((<usize>index) << 1))) : 0;
}

function differenceAt(index: i32): i32 {
  return index < LAST ? i32(load<i16>(SINC + ((<usize>index) << 1), 2)) - entryAt(index) : 0;
}

/** int16 [slots]: the largest magnitude that each weight has in any phase. An interpolated weight lies between two entries. */
export function storeLargest(row: usize): void {
  for (let slot = 0; slot < vectors << 3; slot++) {
    let largest = 0;
    let place = entries + <usize>(slot >> 3) * ENTRIES_BYTES + ((<usize>(slot & 7)) << 1);
    for (let offset = 0; offset < offsets; offset++) {
      const entry = i32(load<i16>(place));
      largest = max(largest, max(abs(entry), abs(entry + i32(load<i16>(place, 32)))));
      place += <usize>vectors * ENTRIES_BYTES;
    }
    store<i16>(row + ((<usize>slot) << 1), largest);
  }
}

/** The row of the phase with that position, startPosition(). */
export function interpolateRow(row: usize, start: i32): void {
  interpolate(row, 0, leftVectors, start);
  interpolate(row, leftVectors, vectors, step - start);
}

/** From one vector of the row to another, for positions that are multiples of `step` and `position`. */
function interpolate(row: usize, from: i32, to: i32, position: i32): void {
  const high = i16x8.splat(i16((position >> LOW_BITS) & FRACTION));
  const limit = i16x8.splat(i16(LOW - (position & LOW)));
  const fraction = i16x8.splat(i16(FRACTION));
  let bits = multiples + <usize>from * MULTIPLES_BYTES;
  let place = entries + <usize>((position >> ENTRY_BITS) * vectors + from) * ENTRIES_BYTES;
  let out = row + ((<usize>from) << 4);
  for (const end = row + ((<usize>to) << 4); out < end; out += 16) {
    // A sum beyond 15 bits is negative; a true comparison is -1.
    const sum = i16x8.sub(i16x8.add(v128.load(bits), high), i16x8.gt_s(v128.load(bits, 16), limit));
    const carry = i16x8.shr_s(sum, 15);
    const entry = i16x8.add(v128.load(place), v128.and(v128.load(place, 16), carry));
    const difference = i16x8.add(v128.load(place, 32), v128.and(v128.load(place, 48), carry));
    // (difference * fraction + 2^14) >> 15
    v128.store(out, i16x8.add(entry, i16x8.q15mulr_sat_s(difference, v128.and(sum, fraction))));
    bits += MULTIPLES_BYTES;
    place += ENTRIES_BYTES;
  }
}

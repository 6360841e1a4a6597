import { SINC_ENTRIES } from "../../generated/model";
import { SINC } from "../../generated/tables";
import { END, step } from "../weighted_sum";

/**
 * The weights of any phase, eight at a time, to the bit those of kernel() in ../weighted_sum.ts. From one input to the next the position moves by `step`: that of a weight
 * is a multiple of `step`, which does not depend on the phase, and the position of the phase. So for every whole number of table entries that a phase may add there is a row
 * of what the table says there, in the order of the inputs: no lane has to look something up at a place of its own.
 *
 * The fractions of the two may add up to more than one entry. Both lines meet in the entry between them, and the distance from there, -32768 to 32767, says which one it is:
 *
 *     weight = T[i + 1] + round(distance * (distance < 0 ? T[i + 1] - T[i] : T[i + 2] - T[i + 1]) / 32768)
 *
 * A fraction has 20 bits, of which the distance has the upper 15. What the lower 5 of both carry is in the fraction of the multiple, of which there are 32.
 *
 * Inputs up to the output's index are the position of the phase and multiples of `step` away from it, those after it `step` less that position and multiples.
 */
const ENTRY_BITS: i32 = 20;
const ENTRY_MASK: i32 = (1 << ENTRY_BITS) - 1;
const LOW_BITS: i32 = 5;
const LOW_VALUES: i32 = 1 << LOW_BITS;
const HALF: i32 = 32768;
const LAST: i32 = SINC_ENTRIES - 1;

/** Slots of a row: as many on each side. */
let side: i32 = 0;
/** int16 [32, 2, side]: of each value of the position's lower bits, the fractions of the multiples. */
let fractions: usize = 0;
/** int16 [whole numbers of entries, 2, side / 8, 3, 8]: middle entry; slope after it; what the slope before it has more. */
let lines: usize = 0;
const LINE_BYTES: usize = 48;
/** The last weight before the kernel's end in the phase at position 0; in others it may be after it. */
let lastSlot: i32 = 0;
let lastMultiple: i32 = 0;

/** Prepares rows of `slots` weights on each side, a multiple of 16. What is kept lies at `at`. */
export function startPhases(at: usize, slots: i32): void {
  side = slots;
  fractions = at;
  lines = at + <usize>(LOW_VALUES * side * 4);
  lastSlot = (END - 1) / step;
  lastMultiple = lastSlot * step;
  for (let slot = 0; slot < side; slot++) {
    storeFractions(side - 1 - slot, slot * step);
    storeFractions(side + slot, slot * step);
    storeLines(side - 1 - slot, slot * step);
    storeLines(side + slot, slot * step);
  }
}

function storeFractions(slot: i32, multiple: i32): void {
  for (let low = 0; low < LOW_VALUES; low++) {
    store<i16>(fractions + ((<usize>(low * 2 * side + slot)) << 1), ((multiple & ENTRY_MASK) + low) >> LOW_BITS);
  }
}

function storeLines(slot: i32, multiple: i32): void {
  let place = lines + <usize>(slot >> 3) * LINE_BYTES + ((<usize>(slot & 7)) << 1);
  const first = multiple >> ENTRY_BITS;
  for (let entry = first; entry <= first + (step >> ENTRY_BITS); entry++) {
    const after = slopeAt(entry + 1);
    store<i16>(place, entry < LAST ? entryAt(entry + 1) : 0);
    store<i16>(place, after, 16);
    store<i16>(place, slopeAt(entry) - after, 32);
    place += <usize>(side >> 2) * LINE_BYTES;
  }
}

function entryAt(index: i32): i32 {
  return i32(load<i16>(SINC + ((<usize>index) << 1)));
}

/** From an entry to the next; the kernel ends at the last one. */
function slopeAt(index: i32): i32 {
  return index < LAST ? entryAt(index + 1) - entryAt(index) : 0;
}

/** int16 [2, side]: the weights of the phase with that position, startPosition(). */
export function interpolateRow(row: usize, start: i32): void {
  const right = row + ((<usize>side) << 1);
  interpolate(row, 0, start);
  interpolate(right, side, step - start);
  if (lastMultiple + start >= END) store<i16>(row + ((<usize>(side - 1 - lastSlot)) << 1), 0);
  if (lastMultiple + step - start >= END) store<i16>(right + ((<usize>lastSlot) << 1), 0);
}

/** Of one side, whose first slot is `slot`, for positions that are multiples of `step` and `position`. */
function interpolate(row: usize, slot: i32, position: i32): void {
  const moved = i16x8.splat(i16(((position & ENTRY_MASK) >> LOW_BITS) - HALF));
  let fraction = fractions + ((<usize>((position & (LOW_VALUES - 1)) * 2 * side + slot)) << 1);
  let line = lines + <usize>((position >> ENTRY_BITS) * (side >> 2) + (slot >> 3)) * LINE_BYTES;
  for (const end = row + ((<usize>side) << 1); row < end; row += 32) {
    v128.store(row, eightWeights(line, i16x8.add(v128.load(fraction), moved)));
    v128.store(row, eightWeights(line + LINE_BYTES, i16x8.add(v128.load(fraction, 16), moved)), 16);
    fraction += 32;
    line += 2 * LINE_BYTES;
  }
}

// @ts-ignore: decorator
@inline
function eightWeights(line: usize, distance: v128): v128 {
  const slope = i16x8.add(v128.load(line, 16), v128.and(v128.load(line, 32), i16x8.shr_s(distance, 15)));
  return i16x8.add(v128.load(line), i16x8.q15mulr_sat_s(slope, distance));
}

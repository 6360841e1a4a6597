import { SINC_ENTRIES } from "../../generated/model";
import { SINC } from "../../generated/tables";
import { END, step } from "../weighted_sum";
import { addLanes } from "./add_lanes";

/**
 * The weights of any phase, eight at a time, to the bit those of kernel() in ../weighted_sum.ts. From one input to the next the position moves by `step`: that of a
 * weight is a multiple of `step`, which does not depend on the phase, and the position of the phase. So for every whole number of table entries that a phase may add
 * there is a row of what the table says there, in the order of the inputs: no lane has to look something up at a place of its own.
 *
 * The two fractions may add up to more than one entry. The lines before and after meet in an entry, and the distance from there, -1 to 1 entry, tells which one it is:
 *
 *     weight = T[i + 1] + round(distance * (distance < 0 ? T[i + 1] - T[i] : T[i + 2] - T[i + 1]))
 *
 * A fraction has 20 bits, of which the distance has the upper 15. What the lower 5 of both carry is added to the fraction of the multiple, of which there are 32.
 *
 * Inputs up to the output's index are the position of the phase and multiples of `step` away from it, those after it `step` less that position and multiples.
 */
const ENTRY_BITS: i32 = 20;
const ENTRY_MASK: i32 = (1 << ENTRY_BITS) - 1;
const LOW_BITS: i32 = 5;
const LOW_VALUES: i32 = 1 << LOW_BITS;
const ONE_ENTRY: i32 = 32768;
const LAST: i32 = SINC_ENTRIES - 1;

/** Slots of a row: as many on each side. */
let side: i32 = 0;
/** int16: one value that is to become a vector of eight. */
let scratch: usize = 0;
const SCRATCH_BYTES: i32 = 16;
/** int16 [32, 2, side]: for each value of the position's lower bits, the fractions of the multiples. */
let fractions: usize = 0;
/** int16 [whole numbers of entries, 2, side / 8, 3, 8]: the entry where both lines meet; the slope after it; what the slope before it has more. */
let lines: usize = 0;
const LINE_BYTES: usize = 48;
/** The last weight before the kernel's end when the phase's position is 0; in other phases it may be after the end. */
let lastSlot: i32 = 0;
let lastMultiple: i32 = 0;

/** Prepares rows of `slots` weights on each side, a multiple of 8; of 16 for interpolatedSum(). What is kept lies at `at`. */
export function startPhases(at: usize, slots: i32): void {
  side = slots;
  scratch = at;
  fractions = at + SCRATCH_BYTES;
  lines = fractions + <usize>(4 * LOW_VALUES * side);
  lastSlot = (END - 1) / step;
  lastMultiple = lastSlot * step;
  for (let slot = 0; slot < side; slot++) {
    storeMultiple(side - 1 - slot, slot * step);
    storeMultiple(side + slot, slot * step);
  }
}

function storeMultiple(slot: i32, multiple: i32): void {
  let fraction = fractions + ((<usize>slot) << 1);
  for (let low = 0; low < LOW_VALUES; low++) {
    store<i16>(fraction, ((multiple & ENTRY_MASK) + low) >> LOW_BITS);
    fraction += (<usize>side) << 2;
  }
  let line = lines + <usize>(slot >> 3) * LINE_BYTES + ((<usize>(slot & 7)) << 1);
  const first = multiple >> ENTRY_BITS;
  for (let entry = first; entry <= first + (step >> ENTRY_BITS); entry++) {
    const after = slopeAt(entry + 1);
    store<i16>(line, entry < LAST ? entryAt(entry + 1) : 0);
    store<i16>(line, after, 16);
    store<i16>(line, slopeAt(entry) - after, 32);
    line += <usize>(side >> 2) * LINE_BYTES;
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
  interpolateSide(row, 0, start);
  interpolateSide(right, side, step - start);
  if (isPastEnd(start)) store<i16>(row + ((<usize>(side - 1 - lastSlot)) << 1), 0);
  if (isPastEnd(step - start)) store<i16>(right + ((<usize>lastSlot) << 1), 0);
}

/** Of the side whose first slot is `slot`, for positions that are multiples of `step` and `position`. */
function interpolateSide(row: usize, slot: i32, position: i32): void {
  const moved = movedBy(position);
  let fraction = fractionsOf(position, slot);
  let line = linesOf(position, slot);
  for (const end = row + ((<usize>side) << 1); row < end; row += 16) {
    v128.store(row, eightWeights(line, v128.load(fraction), moved));
    fraction += 16;
    line += LINE_BYTES;
  }
}

/**
 * The same weights times int16 [2, side] inputs, added up, for sides so short that no lane overflows (./weighted_sum.ts). Weights that are multiplied at once needn't be
 * stored.
 */
export function interpolatedSum(inputs: usize, start: i32): i64 {
  const end = step - start;
  const leftMoved = movedBy(start);
  const rightMoved = movedBy(end);
  let leftFraction = fractionsOf(start, 0);
  let rightFraction = fractionsOf(end, side);
  let leftLine = linesOf(start, 0);
  let rightLine = linesOf(end, side);
  let left = inputs;
  let right = inputs + ((<usize>side) << 1);
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (const middle = right; left < middle; left += 32) {
    a = i32x4.add(a, i32x4.dot_i16x8_s(eightWeights(leftLine, v128.load(leftFraction), leftMoved), v128.load(left)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(eightWeights(leftLine + LINE_BYTES, v128.load(leftFraction, 16), leftMoved), v128.load(left, 16)));
    c = i32x4.add(c, i32x4.dot_i16x8_s(eightWeights(rightLine, v128.load(rightFraction), rightMoved), v128.load(right)));
    d = i32x4.add(d, i32x4.dot_i16x8_s(eightWeights(rightLine + LINE_BYTES, v128.load(rightFraction, 16), rightMoved), v128.load(right, 16)));
    leftFraction += 32;
    rightFraction += 32;
    leftLine += 2 * LINE_BYTES;
    rightLine += 2 * LINE_BYTES;
    right += 32;
  }
  let sum = addLanes(a, b, c, d, i64x2.splat(0));
  const last = entryAt(LAST);
  if (isPastEnd(start)) sum -= i64(last * i32(load<i16>(inputs + ((<usize>(side - 1 - lastSlot)) << 1))));
  if (isPastEnd(end)) sum -= i64(last * i32(load<i16>(inputs + ((<usize>(side + lastSlot)) << 1))));
  return sum;
}

/** Whether the weight in `lastSlot` is beyond the kernel's end, but so close to it that the lines say the last entry instead of 0. */
function isPastEnd(position: i32): bool {
  return lastMultiple + position >= END && (lastMultiple >> ENTRY_BITS) + (position >> ENTRY_BITS) < LAST;
}

/** What is added to a multiple's fraction. It is loaded because a compiler may compute it again for every vector. */
@inline
function movedBy(position: i32): v128 {
  store<i16>(scratch, ((position & ENTRY_MASK) >> LOW_BITS) - ONE_ENTRY);
  return v128.load16_splat(scratch);
}

@inline
function fractionsOf(position: i32, slot: i32): usize {
  return fractions + ((<usize>((position & (LOW_VALUES - 1)) * 2 * side + slot)) << 1);
}

@inline
function linesOf(position: i32, slot: i32): usize {
  return lines + <usize>((position >> ENTRY_BITS) * (side >> 2) + (slot >> 3)) * LINE_BYTES;
}

@inline
function eightWeights(line: usize, fraction: v128, moved: v128): v128 {
  const distance = i16x8.add(fraction, moved);
  const slope = i16x8.add(v128.load(line, 16), v128.and(v128.load(line, 32), i16x8.shr_s(distance, 15)));
  // The two differ in -32768 * -32768 alone; slopes are small.
  const rise = ASC_FEATURE_RELAXED_SIMD ? i16x8.relaxed_q15mulr_s(slope, distance) : i16x8.q15mulr_sat_s(slope, distance);
  return i16x8.add(v128.load(line), rise);
}

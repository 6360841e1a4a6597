/**
 * The vector builds add products of the resampler in lanes of 32 bits (assembly/sound/simd/weighted_sum.ts). A lane can't overflow, whatever the inputs are, as long as
 * its absolute weights sum up to less than 2^16: -32768 times 65,535 is still above -2^31.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SINC_TABLE } from "./resample.js";

const CROSSINGS = 20;
const ENTRIES = 64;
/** All phases of a rate lie in one of these parts of the way from one input to the next. */
const PARTS = 16;
/** Above this rate the 16 weights in the middle of a row have lanes of their own. */
const WIDE_RATE = 48000;

/** At least the largest absolute weight between two positions, in entries: the table is linear between two entries, and rounded there. */
function largest(from: number, to: number): number {
  if (from >= CROSSINGS * ENTRIES) return 0;
  const inside = SINC_TABLE.subarray(Math.ceil(from), Math.ceil(to));
  return 1 + inside.reduce((most, weight) => Math.max(most, Math.abs(weight)), Math.max(weightAt(from), weightAt(to)));
}

function weightAt(position: number): number {
  const i = Math.min(Math.floor(position), CROSSINGS * ENTRIES - 1);
  return Math.abs(SINC_TABLE[i]! + (SINC_TABLE[i + 1]! - SINC_TABLE[i]!) * (Math.min(position, CROSSINGS * ENTRIES) - i));
}

/** Of all lanes and phases, the largest sum of absolute weights; `laneOf` numbers lanes by slot. */
function largestSum(rate: number, side: number, laneOf: (slot: number) => number): number {
  const step = (ENTRIES * 16000) / Math.max(rate, 16000);
  let most = 0;
  for (let part = 0; part < PARTS; part++) {
    const sums = new Float64Array(32);
    for (let k = 0; k < side; k++) {
      sums[laneOf(side - 1 - k)]! += largest((k + part / PARTS) * step, (k + (part + 1) / PARTS) * step);
      sums[laneOf(side + k)]! += largest((k + 1 - (part + 1) / PARTS) * step, (k + 1 - part / PARTS) * step);
    }
    most = Math.max(most, ...sums);
  }
  return most;
}

/** Weights of a row on each side that are not in the middle, and those that are. */
function sidesOf(rate: number): { outer: number; middle: number } {
  const needed = Math.ceil((CROSSINGS * Math.max(rate, 16000)) / 16000) + 1;
  const middle = rate > WIDE_RATE ? 8 : 0;
  return { outer: 16 * Math.ceil((needed - middle) / 16), middle };
}

/** The lane that the product of a slot and its input is added to: two vectors of four lanes for each side, and two for the middle. */
function laneOf(slot: number, { outer, middle }: ReturnType<typeof sidesOf>): number {
  const starts = [0, outer, outer + 2 * middle];
  const part = slot < starts[1]! ? 0 : slot < starts[2]! ? 1 : 2;
  const inPart = slot - starts[part]!;
  return 8 * part + 4 * ((inPart >> 3) % 2) + ((inPart % 8) >> 1);
}

test("no lane of the resampler's sums overflows", (t) => {
  let [narrow, wide] = [0, 0];
  for (let rate = 8000; rate <= 192000; rate += Math.ceil(rate / 250)) {
    const sides = sidesOf(rate);
    const sum = largestSum(rate, sides.outer + sides.middle, (slot) => laneOf(slot, sides));
    if (rate > WIDE_RATE) wide = Math.max(wide, sum);
    else narrow = Math.max(narrow, sum);
  }
  t.diagnostic(`largest sums of absolute weights: ${narrow.toFixed(0)} up to ${WIDE_RATE} Hz, ${wide.toFixed(0)} above`);
  assert.ok(narrow < 65536 && wide < 65536);
});

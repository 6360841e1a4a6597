import { convolveWinograd } from "../../../assembly/generated/kernels/convolve_winograd";
import { packForWinograd } from "../../../assembly/generated/kernels/pack_weights";
import { transformRows } from "../../../assembly/kernels/transform_rows";
import { convolvePlain } from "../support/convolve_plain";
import { integer, seed } from "../support/random";

const MOST_TAPS: i32 = 400;
const MOST_COLUMNS: i32 = 7;
const ROW: i32 = 4096;
const GUARD: i32 = 0x5a5a5a5a;

const LIST: usize = memory.data(16);
const ROWS: usize = memory.data(16384);
const TRANSFORMED: usize = memory.data(16384);
const RAW: usize = memory.data(4800);
const PACKED: usize = memory.data(9600);
// A guard before and after each result.
const PRODUCTS: usize = memory.data(528);
const SUMS: usize = memory.data(264);
const PLAIN_SUMS: usize = memory.data(256);

/** Activations lie in ROWS, weights in RAW: the sums of convolveWinograd that are not those of convolvePlain less what the center of the activations takes. */
function wrongSums(runLength: i32, blockTaps: i32, columns: i32, stride: i32): i32 {
  const rowBytes = (columns - 1) * stride + runLength;
  const taps = 3 * runLength;
  for (let row = 0; row < 4; row++) store<u32>(LIST + ((<usize>row) << 2), <u32>(ROWS + <usize>(row * ROW)));
  memory.copy(PACKED + ((<usize>taps) << 2), RAW, (<usize>taps) << 2);
  packForWinograd(PACKED + ((<usize>taps) << 2), PACKED, taps);
  transformRows(LIST, TRANSFORMED, <usize>rowBytes);
  const pairs = (columns + 1) >> 1;
  const productsEnd = PRODUCTS + 8 + ((<usize>pairs) << 7);
  const sumsEnd = SUMS + 4 + ((<usize>pairs) << 6);
  store<i64>(PRODUCTS, GUARD);
  store<i64>(productsEnd, GUARD);
  store<i32>(SUMS, GUARD);
  store<i32>(sumsEnd, GUARD);
  convolveWinograd(TRANSFORMED, <usize>rowBytes, runLength, blockTaps, columns, <usize>stride, PACKED, PRODUCTS + 8, SUMS + 4);
  convolvePlain<u8>(LIST, 3, runLength, columns, <usize>stride, RAW, PLAIN_SUMS);
  let wrong = i32(load<i64>(PRODUCTS) != GUARD) + i32(load<i64>(productsEnd) != GUARD);
  wrong += i32(load<i32>(SUMS) != GUARD) + i32(load<i32>(sumsEnd) != GUARD);
  for (let channel = 0; channel < 4; channel++) {
    let weights = 0;
    for (let tap = 0; tap < taps; tap++) weights += i32(load<i8>(RAW + <usize>(4 * tap + channel)));
    for (let pixel = 0; pixel < 2 * columns; pixel++) {
      const at = <usize>(4 * (4 * pixel + channel));
      if (load<i32>(SUMS + 4 + at) != load<i32>(PLAIN_SUMS + at) - 64 * weights) wrong++;
    }
  }
  return wrong;
}

function randomize(largestWeight: i32): void {
  for (let at: usize = 0; at < 4 * ROW; at++) store<u8>(ROWS + at, integer(0, 127));
  for (let at: usize = 0; at < 12 * MOST_TAPS; at++) store<i8>(RAW + at, integer(-largestWeight, largestWeight));
}

/** Activations all `first`, `second`, `third`, `fourth` in the four rows, weights all `weight` or -`weight` in each combination of channels: the largest sums. */
function extremes(runLength: i32, blockTaps: i32, weight: i32, first: i32, second: i32, third: i32, fourth: i32): i32 {
  memory.fill(ROWS, <u8>first, ROW);
  memory.fill(ROWS + ROW, <u8>second, ROW);
  memory.fill(ROWS + 2 * ROW, <u8>third, ROW);
  memory.fill(ROWS + 3 * ROW, <u8>fourth, ROW);
  let wrong = 0;
  for (let signs = 0; signs < 16; signs++) {
    for (let tap = 0; tap < 3 * runLength; tap++) {
      for (let channel = 0; channel < 4; channel++) {
        store<i8>(RAW + <usize>(4 * tap + channel), ((signs >> channel) & 1) != 0 ? weight : -weight);
      }
    }
    wrong += wrongSums(runLength, blockTaps, 2, 4);
  }
  return wrong;
}

describe("convolveWinograd", () => {
  it("equals the plain kernel, less 64 times the weights, for every number of taps", () => {
    seed(72);
    for (let runLength = 4; runLength <= 132; runLength += 4) {
      randomize(60);
      expect<i32>(wrongSums(runLength, runLength, 1, 4)).toBe(0);
      expect<i32>(wrongSums(runLength, runLength, 2, 8)).toBe(0);
      expect<i32>(wrongSums(runLength, 32, 3, 12)).toBe(0);
    }
  });
  it("equals it on random shapes, in blocks of any size", () => {
    seed(73);
    for (let trial = 0; trial < 60; trial++) {
      randomize(30);
      const runLength = 4 * integer(1, MOST_TAPS / 4);
      const blockTaps = trial % 3 == 0 ? runLength : 4 * integer(1, runLength / 4);
      expect<i32>(wrongSums(runLength, blockTaps, integer(1, MOST_COLUMNS), 4 * integer(1, 100))).toBe(0);
    }
  });
  // 64 * 3 * taps * |weight| < 2^21 in a block: 85 taps of 127, 400 taps of 27.
  it("does not overflow with the largest sums that a block may have", () => {
    for (let rows = 0; rows < 16; rows++) {
      const first = (rows & 1) * 127;
      const second = ((rows >> 1) & 1) * 127;
      const third = ((rows >> 2) & 1) * 127;
      const fourth = ((rows >> 3) & 1) * 127;
      expect<i32>(extremes(84, 84, 127, first, second, third, fourth)).toBe(0);
      expect<i32>(extremes(252, 84, 127, first, second, third, fourth)).toBe(0);
      expect<i32>(extremes(400, 400, 27, first, second, third, fourth)).toBe(0);
    }
  });
  it("would overflow with larger ones: what ts-tools/emit/winograd.ts refuses is not exact", () => {
    expect<i32>(extremes(88, 88, 127, 0, 0, 0, 0)).toBeGreaterThan(0);
  });
});

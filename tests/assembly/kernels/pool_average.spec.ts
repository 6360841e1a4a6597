import { GROUP_BIAS, GROUP_MULTIPLIER, GROUP_SHIFT } from "../../../assembly/generated/record_layouts";
import { poolAverage } from "../../../assembly/kernels/pool_average";
import { roundedQuotient } from "../support/exact";
import { integer, seed } from "../support/random";

const MOST_COLUMNS: i32 = 21;
const SUMS: usize = memory.data(672);
const WEIGHT_GROUP: usize = memory.data(36);
const OUT: usize = memory.data(512);
const EMPTY: u8 = 0xa5;

/** Sums as the spec sees them: [row][column][channel]. */
const sums = new StaticArray<i32>(2 * MOST_COLUMNS * 4);
const biases = new StaticArray<i32>(4);
const multipliers = new StaticArray<i32>(4);
const shifts = new StaticArray<i32>(4);

function layDown(columns: i32): void {
  for (let channel = 0; channel < 4; channel++) {
    store<i32>(WEIGHT_GROUP + GROUP_BIAS + <usize>(4 * channel), biases[channel]);
    store<i32>(WEIGHT_GROUP + GROUP_MULTIPLIER + <usize>(4 * channel), multipliers[channel]);
    store<u8>(WEIGHT_GROUP + GROUP_SHIFT + <usize>channel, <u8>shifts[channel]);
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < 2; row++) {
        store<i32>(SUMS + <usize>(4 * ((2 * column + row) * 4 + channel)), sums[(row * MOST_COLUMNS + column) * 4 + channel]);
      }
    }
  }
  memory.fill(OUT, EMPTY, 512);
}

/** Mean over the elements that lie inside, times the full window's factor: 2 * poolWidth * multiplier / 2^shift; to the nearest, at most 127. */
function average(channel: i32, rows: i32, first: i32, end: i32, poolWidth: i32): i32 {
  let total: u64 = 0;
  let elements: u64 = 0;
  for (let column = first; column < end; column++) {
    for (let row = 0; row < rows; row++) {
      const value = i64(sums[(row * MOST_COLUMNS + column) * 4 + channel]) + i64(biases[channel]);
      if (value > 0) total += u64(value);
      elements++;
    }
  }
  return roundedQuotient((total * u64(multipliers[channel]) * u64(2 * poolWidth)) / elements, shifts[channel], 127);
}

/** Outputs that differ, and bytes written outside them. */
function wrongBytes(columns: i32, rows: i32, poolWidth: i32, outStride: i32): i32 {
  layDown(columns);
  poolAverage(SUMS, columns, rows, poolWidth, WEIGHT_GROUP, OUT, <usize>outStride);
  let wrong = 0;
  const windows = (columns + poolWidth - 1) / poolWidth;
  for (let at = 0; at < 512; at++) {
    const window = at / outStride;
    const channel = at % outStride;
    let expected = i32(EMPTY);
    if (window < windows && channel < 4) {
      expected = average(channel, rows, window * poolWidth, min((window + 1) * poolWidth, columns), poolWidth);
    }
    if (i32(load<u8>(OUT + <usize>at)) != expected) wrong++;
  }
  return wrong;
}

function randomize(): void {
  for (let i = 0; i < sums.length; i++) sums[i] = integer(-1000000, 4000000) >> integer(0, 20);
  for (let channel = 0; channel < 4; channel++) {
    biases[channel] = integer(-500000, 500000) >> integer(0, 16);
    multipliers[channel] = integer(1 << 30, i32.MAX_VALUE);
    shifts[channel] = integer(32, 50);
  }
}

function randomPools(rows: i32, poolWidth: i32): i32 {
  let wrong = 0;
  for (let trial = 0; trial < 300; trial++) {
    randomize();
    wrong += wrongBytes(1 + (trial % MOST_COLUMNS), rows, poolWidth, integer(4, 20));
  }
  return wrong;
}

describe("poolAverage", () => {
  it("averages pairs of rows and columns; the last of an odd number of columns alone", () => {
    seed(9);
    expect<i32>(randomPools(2, 2)).toBe(0);
  });
  it("averages the one row that is left, by columns in pairs", () => {
    seed(10);
    expect<i32>(randomPools(1, 2)).toBe(0);
  });
  it("averages pairs of rows", () => {
    seed(11);
    expect<i32>(randomPools(2, 1)).toBe(0);
  });
  it("averages one row of one column", () => {
    seed(12);
    expect<i32>(randomPools(1, 1)).toBe(0);
  });
  it("rectifies before it adds, not after", () => {
    for (let i = 0; i < sums.length; i++) sums[i] = (i / 4) % 2 == 0 ? 200 : -1000000;
    for (let channel = 0; channel < 4; channel++) {
      biases[channel] = -100;
      multipliers[channel] = 1 << 30;
      shifts[channel] = 32;
    }
    // 2 x 2 windows hold two of 100 and two of 0.
    expect<i32>(wrongBytes(20, 2, 2, 4)).toBe(0);
    expect<i32>(i32(load<u8>(OUT))).toBe(50);
  });
  it("rounds and clamps the largest sums at every shift, about that from which the upper word is enough, too", () => {
    let wrong = 0;
    for (let shift = 5; shift <= 62; shift++) {
      for (let i = 0; i < sums.length; i++) sums[i] = (i * 7919) % 5 == 0 ? 536870911 : integer(0, 536870911) >> integer(0, 29);
      for (let channel = 0; channel < 4; channel++) {
        biases[channel] = 0;
        multipliers[channel] = channel == 0 ? i32.MAX_VALUE : channel == 1 ? 1 << 30 : integer(1 << 30, i32.MAX_VALUE);
        shifts[channel] = shift;
      }
      for (let poolWidth = 1; poolWidth <= 2; poolWidth++) {
        for (let rows = 1; rows <= 2; rows++) wrong += wrongBytes(5, rows, poolWidth, 4);
      }
    }
    expect<i32>(wrong).toBe(0);
  });
  it("gives an edge window the mean of what is inside", () => {
    // Constant sums: every window must give the same, whatever its size. 60 + 4 = 64, full window 4 * 64 * 2^30 / 2^32 = 64.
    for (let i = 0; i < sums.length; i++) sums[i] = 60;
    for (let channel = 0; channel < 4; channel++) {
      biases[channel] = 4;
      multipliers[channel] = 1 << 30;
      shifts[channel] = 32;
    }
    for (let rows = 1; rows <= 2; rows++) {
      layDown(5);
      poolAverage(SUMS, 5, rows, 2, WEIGHT_GROUP, OUT, 4);
      for (let at = 0; at < 12; at++) expect<i32>(i32(load<u8>(OUT + <usize>at))).toBe(64);
    }
  });
});

import { combineWideTiles } from "../../../assembly/kernels/word/combine_wide_tiles";
import { integer, seed } from "../support/random";

const PRODUCTS: usize = memory.data(1152);
const OUT: usize = memory.data(392);
const SUMS: usize = OUT + 4;
const GUARD: i32 = 0x5a5a5a5a;

function product(position: i32, tile: i32, channel: i32): i64 {
  return i64(load<i32>(PRODUCTS + <usize>(4 * (4 * (3 * position + tile) + channel))));
}

/** Twice the output `row` of a column of positions, by F(2, 3)'s definition: m0 + (m1 + m2) / 2, or (m1 - m2) / 2 - m3. */
function down(row: i32, column: i32, tile: i32, channel: i32): i64 {
  const m0 = product(column, tile, channel);
  const m1 = product(6 + column, tile, channel);
  const m2 = product(12 + column, tile, channel);
  const m3 = product(18 + column, tile, channel);
  return row == 0 ? 2 * m0 + m1 + m2 : m1 - m2 - 2 * m3;
}

/** 48 times the sum of one pixel, in 64 bits: A^T of F(4, 3), with the other sign at positions 1 and 2. */
function expected(tile: i32, channel: i32, column: i32, row: i32): i64 {
  const power: i64 = 1 << column;
  const sign: i64 = column & 1 ? -1 : 1;
  let sum: i64 = column == 0 ? down(row, 0, tile, channel) : column == 3 ? down(row, 5, tile, channel) : 0;
  sum -= down(row, 1, tile, channel) + sign * down(row, 2, tile, channel);
  sum += power * (down(row, 3, tile, channel) + sign * down(row, 4, tile, channel));
  return sum;
}

/** Combines the first `width` tiles: how many sums are wrong, the guards about them included. `before` is what the sums are multiplied by 48, if they are there already. */
function wrong(width: i32, add: bool, last: bool, before: i32): i32 {
  for (let at = 0; at < 98; at++) store<i32>(OUT + <usize>(4 * at), at == 0 || at > 32 * width ? GUARD : 48 * before);
  combineWideTiles(PRODUCTS, width, SUMS, add, last);
  let found = i32(load<i32>(OUT) != GUARD);
  for (let at = 32 * width; at < 97; at++) found += i32(load<i32>(SUMS + <usize>(4 * at)) != GUARD);
  for (let tile = 0; tile < width; tile++) {
    for (let column = 0; column < 4; column++) {
      for (let row = 0; row < 2; row++) {
        for (let channel = 0; channel < 4; channel++) {
          const sum = load<i32>(SUMS + <usize>(4 * (4 * (2 * (4 * tile + column) + row) + channel)));
          const exact = expected(tile, channel, column, row) + (add ? 48 * i64(before) : 0);
          if (i64(sum) != (last ? exact / 48 : exact)) found++;
        }
      }
    }
  }
  return found;
}

/** Draws products of which all pixels are multiples of 48, as Winograd's are. */
function draw(most: i32): void {
  for (let at = 0; at < 288; at++) store<i32>(PRODUCTS + <usize>(4 * at), 48 * integer(-most, most));
}

/** Adds to a product of the first tile. */
function add(position: i32, channel: i32, more: i64): void {
  const at = PRODUCTS + <usize>(4 * (12 * position + channel));
  store<i32>(at, i32(i64(load<i32>(at)) + more));
}

describe("combineWideTiles", () => {
  it("gives the eight pixels of every tile, and no more tiles than it was asked for", () => {
    seed(76);
    for (let width = 1; width <= 3; width++) {
      draw(10000);
      expect<i32>(wrong(width, false, true, 0x12345)).toBe(0);
    }
  });
  it("keeps 48 times the sums until the last channels, and adds to them", () => {
    seed(77);
    for (let width = 1; width <= 3; width++) {
      draw(10000);
      expect<i32>(wrong(width, false, false, 7)).toBe(0);
      expect<i32>(wrong(width, true, false, -54321)).toBe(0);
      expect<i32>(wrong(width, true, true, 54321)).toBe(0);
    }
  });
  it("does so up to the largest sums that fit, whatever overflows on the way", () => {
    seed(78);
    draw(1000);
    const largest = 48 * i64(i32.MAX_VALUE / 48);
    for (let channel = 0; channel < 4; channel++) {
      // The last pixel of the upper row gets twice position 5, that of the lower row minus twice position 23.
      add(5, channel, (largest - expected(0, channel, 3, 0)) / 2);
      add(23, channel, (largest + expected(0, channel, 3, 1)) / 2);
      // Twice the first is 2^31, and the others take it away again.
      add(0, channel, 1 << 30);
      add(6, channel, -(1 << 30));
      add(12, channel, -(1 << 30));
    }
    expect<i64>(expected(0, 0, 3, 0)).toBe(largest);
    expect<i64>(expected(0, 0, 3, 1)).toBe(-largest);
    expect<i32>(wrong(1, false, true, 0)).toBe(0);
    expect<i32>(wrong(3, false, true, 0)).toBe(0);
  });
});

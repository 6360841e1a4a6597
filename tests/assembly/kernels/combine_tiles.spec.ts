import { combineTiles } from "../../../assembly/kernels/word/combine_tiles";
import { integer, seed } from "../support/random";

const PRODUCTS: usize = memory.data(1024);
const OUT: usize = memory.data(264);
const SUMS: usize = OUT + 4;
const GUARD: i32 = 0x5a5a5a5a;

function product(position: i32, tile: i32, channel: i32): i32 {
  return load<i32>(PRODUCTS + <usize>(4 * (4 * (4 * position + tile) + channel)));
}

/** Output `index` of a row or column of positions with the values m: m0 + (m1 + m2) / 2, or (m1 - m2) / 2 - m3. */
function pixel(index: i32, m0: i64, m1: i64, m2: i64, m3: i64): i64 {
  return index == 0 ? m0 + (m1 + m2) / 2 : (m1 - m2) / 2 - m3;
}

/** The sum of one pixel by the definition, in 64 bits: down the columns of positions, then across. */
function expected(tile: i32, channel: i32, column: i32, row: i32): i64 {
  const across = new StaticArray<i64>(4);
  for (let at = 0; at < 4; at++) {
    across[at] = pixel(
      row,
      i64(product(at, tile, channel)),
      i64(product(4 + at, tile, channel)),
      i64(product(8 + at, tile, channel)),
      i64(product(12 + at, tile, channel)),
    );
  }
  return pixel(column, across[0], across[1], across[2], across[3]);
}

/** Draws products whose halves are whole numbers, as Winograd's are: those of rows and columns 1 and 2 come from sums and differences. */
function draw(most: i32): void {
  for (let tile = 0; tile < 4; tile++) {
    for (let channel = 0; channel < 4; channel++) {
      for (let position = 0; position < 16; position++) {
        // Rows and columns 1 and 2 are multiples of 2, and where they meet of 4.
        const row = position >> 2;
        const column = position & 3;
        const factor = (row == 1 || row == 2 ? 2 : 1) * (column == 1 || column == 2 ? 2 : 1);
        store<i32>(PRODUCTS + <usize>(4 * (4 * (4 * position + tile) + channel)), factor * integer(-most, most));
      }
    }
  }
}

/** Combines the first `width` tiles: how many sums are wrong, the guards about them included. */
function wrong(width: i32, add: bool, before: i32): i32 {
  for (let at = 0; at < 66; at++) store<i32>(OUT + <usize>(4 * at), at == 0 || at > 16 * width ? GUARD : before);
  combineTiles(PRODUCTS, width, SUMS, add);
  let found = i32(load<i32>(OUT) != GUARD);
  for (let at = 16 * width; at < 65; at++) found += i32(load<i32>(SUMS + <usize>(4 * at)) != GUARD);
  for (let tile = 0; tile < width; tile++) {
    for (let column = 0; column < 2; column++) {
      for (let row = 0; row < 2; row++) {
        for (let channel = 0; channel < 4; channel++) {
          const sum = load<i32>(SUMS + <usize>(4 * (4 * (2 * (2 * tile + column) + row) + channel)));
          if (i64(sum) != expected(tile, channel, column, row) + (add ? before : 0)) found++;
        }
      }
    }
  }
  return found;
}

describe("combineTiles", () => {
  it("gives the four pixels of every tile, and no more tiles than it was asked for", () => {
    seed(73);
    for (let width = 1; width <= 4; width++) {
      draw(1 << 20);
      expect<i32>(wrong(width, false, 0x1234567)).toBe(0);
    }
  });
  it("adds to the sums of previous channels", () => {
    seed(74);
    for (let width = 1; width <= 4; width++) {
      draw(1 << 20);
      expect<i32>(wrong(width, true, -7654321)).toBe(0);
    }
  });
  it("does so up to the largest sums that fit", () => {
    seed(75);
    draw(1 << 26);
    expect<i32>(wrong(4, false, 0)).toBe(0);
  });
});

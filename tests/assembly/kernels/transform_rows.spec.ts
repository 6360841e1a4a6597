import { transformRows } from "../../../assembly/kernels/transform_rows";
import { integer, seed } from "../support/random";

const ROW_BYTES: i32 = 1024;
const LIST: usize = memory.data(16);
const ROWS: usize = memory.data(4096);
const OUT: usize = memory.data(4104);
const GUARD: i32 = 0x5a5a5a5a;

function activation(row: i32, at: i32): i32 {
  return i32(load<u8>(ROWS + <usize>(row * ROW_BYTES + at)));
}

/** Transforms a number of bytes of the four rows: how many are wrong, the guards about the result included. */
function wrong(bytes: i32): i32 {
  for (let row = 0; row < 4; row++) store<u32>(LIST + ((<usize>row) << 2), <u32>(ROWS + <usize>(row * ROW_BYTES)));
  store<i32>(OUT, GUARD);
  store<i32>(OUT + 4 + <usize>(4 * bytes), GUARD);
  transformRows(LIST, OUT + 4, <usize>bytes);
  let found = i32(load<i32>(OUT) != GUARD) + i32(load<i32>(OUT + 4 + <usize>(4 * bytes)) != GUARD);
  for (let at = 0; at < bytes; at++) {
    const d0 = activation(0, at);
    const d1 = activation(1, at);
    const d2 = activation(2, at);
    const d3 = activation(3, at);
    const expected: StaticArray<i32> = [d0 - d2, d1 + d2 - 128, d2 - d1, d1 - d3];
    for (let row = 0; row < 4; row++) if (i32(load<i8>(OUT + 4 + <usize>(row * bytes + at))) != expected[row]) found++;
  }
  return found;
}

describe("transformRows", () => {
  it("gives differences and sums of random activations, in rows of several lengths", () => {
    seed(71);
    for (let bytes = 4; bytes <= ROW_BYTES; bytes = bytes < 64 ? bytes + 4 : bytes * 2) {
      for (let at = 0; at < 4 * ROW_BYTES; at++) store<u8>(ROWS + <usize>at, integer(0, 127));
      expect<i32>(wrong(bytes)).toBe(0);
    }
  });
  it("does so for every combination of 0, 1, 126, 127 beside its neighbors", () => {
    const values: StaticArray<i32> = [0, 1, 126, 127];
    for (let row = 0; row < 4; row++) {
      for (let at = 0; at < 256; at++) store<u8>(ROWS + <usize>(row * ROW_BYTES + at), values[(at >> (2 * row)) & 3]);
    }
    expect<i32>(wrong(256)).toBe(0);
  });
});

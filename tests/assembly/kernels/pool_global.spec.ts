import { GROUP_BIAS } from "../../../assembly/generated/record_layouts";
import { poolGlobal } from "../../../assembly/kernels/pool_global";
import { integer, seed } from "../support/random";

const SUMS: usize = memory.data(320);
const WEIGHT_GROUP: usize = memory.data(36);
// One guard word before and one after the totals.
const TOTALS: usize = memory.data(24);

describe("poolGlobal", () => {
  it("adds the rectified sums to what is there", () => {
    seed(13);
    let wrong = 0;
    for (let trial = 0; trial < 300; trial++) {
      const columns = integer(1, 10);
      const rows = integer(1, 2);
      const expected = new StaticArray<i64>(4);
      for (let word = 0; word < 6; word++) {
        const before = integer(0, 1000000);
        store<i32>(TOTALS + <usize>(4 * word), before);
        if (word > 0 && word < 5) expected[word - 1] = i64(before);
      }
      const front = load<i32>(TOTALS);
      const back = load<i32>(TOTALS, 20);
      for (let channel = 0; channel < 4; channel++) {
        const bias = integer(-100000, 100000);
        store<i32>(WEIGHT_GROUP + GROUP_BIAS + <usize>(4 * channel), bias);
        for (let column = 0; column < 10; column++) {
          for (let row = 0; row < 2; row++) {
            const sum = integer(-2600000, 2600000);
            store<i32>(SUMS + <usize>(32 * column + 16 * row + 4 * channel), sum);
            if (column < columns && row < rows) expected[channel] += max<i64>(0, i64(sum) + i64(bias));
          }
        }
      }
      poolGlobal(SUMS, columns, rows, WEIGHT_GROUP, TOTALS + 4);
      for (let channel = 0; channel < 4; channel++) {
        if (i64(load<i32>(TOTALS + <usize>(4 + 4 * channel))) != expected[channel]) wrong++;
      }
      if (load<i32>(TOTALS) != front || load<i32>(TOTALS, 20) != back) wrong++;
    }
    expect<i32>(wrong).toBe(0);
  });
});

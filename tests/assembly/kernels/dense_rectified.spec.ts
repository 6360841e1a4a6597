import { denseRectified } from "../../../assembly/kernels/dense_rectified";
import { integer, seed } from "../support/random";

const INPUTS: i32 = 32;
const OUTPUTS: i32 = 24;
const VALUES: usize = memory.data(64);
const LAYER: usize = memory.data(816);
const OUT: usize = memory.data(50);

function fill(value: i32, weight: i32): void {
  for (let i = 0; i < OUTPUTS; i++) store<i16>(LAYER + ((<usize>i) << 1), <i16>integer(-2000, 2000));
  for (let i = 0; i < INPUTS; i++) store<i16>(VALUES + ((<usize>i) << 1), <i16>integer(-value, value));
  for (let i = 0; i < INPUTS * OUTPUTS; i++) store<i8>(LAYER + 48 + <usize>i, <i8>integer(-weight, weight));
}

describe("denseRectified", () => {
  it("equals the sums in 64 bits, and writes nothing after the last output", () => {
    seed(81);
    for (let round = 0; round < 200; round++) {
      fill(round % 2 == 0 ? 255 : 32767, 127);
      for (let outputs = 2; outputs <= OUTPUTS; outputs += 2) {
        for (let inputs = 4; inputs <= INPUTS; inputs += 4) {
          store<i16>(OUT + ((<usize>outputs) << 1), 12345);
          denseRectified(VALUES, inputs, LAYER, outputs, 6, 255, OUT);
          const output = integer(0, outputs - 1);
          let sum = i64(load<i16>(LAYER + ((<usize>output) << 1)));
          for (let i = 0; i < inputs; i++) {
            const weight = load<i8>(LAYER + <usize>(2 * outputs + output * inputs + i));
            sum += i64(load<i16>(VALUES + ((<usize>i) << 1))) * i64(weight);
          }
          expect<i64>(i64(load<i16>(OUT + ((<usize>output) << 1)))).toBe(max<i64>(0, min<i64>(255, (sum + 32) >> 6)));
          expect<i16>(load<i16>(OUT + ((<usize>outputs) << 1))).toBe(12345);
        }
      }
    }
  });
});

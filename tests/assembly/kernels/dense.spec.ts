import { dense } from "../../../assembly/kernels/dense";
import { integer, seed } from "../support/random";

const MOST: i32 = 515;
const FEATURES: usize = memory.data(1030);
const WEIGHTS: usize = memory.data(515);

function fill(inputs: i32, feature: i32, weight: i32): void {
  for (let i = 0; i < inputs; i++) {
    store<u16>(FEATURES + ((<usize>i) << 1), <u16>feature);
    store<i8>(WEIGHTS + <usize>i, <i8>weight);
  }
}

describe("dense", () => {
  it("equals the sum in 64 bits", () => {
    seed(14);
    for (let inputs = 1; inputs <= MOST; inputs++) {
      const bias = integer(-100000000, 100000000);
      let expected = i64(bias);
      for (let i = 0; i < MOST; i++) {
        const feature = integer(0, 32767);
        const weight = integer(-127, 127);
        store<i16>(FEATURES + ((<usize>i) << 1), <i16>feature);
        store<i8>(WEIGHTS + <usize>i, <i8>weight);
        if (i < inputs) expected += i64(feature) * i64(weight);
      }
      expect<i64>(i64(dense(FEATURES, WEIGHTS, inputs, bias))).toBe(expected);
    }
  });
  it("reaches the stated bound: 515 largest features times largest weights", () => {
    fill(515, 32767, 127);
    expect<i32>(dense(FEATURES, WEIGHTS, 515, 0)).toBe(2143125635);
    fill(515, 32767, -127);
    expect<i32>(dense(FEATURES, WEIGHTS, 515, -4000000)).toBe(-2147125635);
  });
  it("is the bias without inputs", () => {
    expect<i32>(dense(FEATURES, WEIGHTS, 0, -5)).toBe(-5);
  });
});

import { largestLogit, softmax } from "../../../assembly/network/softmax";
import { integer, seed, unit } from "../support/random";

const MOST: i32 = 20;
const LOGITS: usize = memory.data(80);
// One guard word after.
const PROBABILITIES: usize = memory.data(84);

function setLogit(index: i32, value: i32): void {
  store<i32>(LOGITS + ((<usize>index) << 2), value);
}

function logit(index: i32): i32 {
  return load<i32>(LOGITS + ((<usize>index) << 2));
}

function probability(index: i32): f64 {
  return f64(load<f32>(PROBABILITIES + ((<usize>index) << 2)));
}

/** Largest difference of a probability, or of their sum from 1. */
function largestError(classes: i32, scale: f32): f64 {
  memory.fill(PROBABILITIES, 0xff, 84);
  softmax(LOGITS, PROBABILITIES, classes, scale);
  let largest = logit(0);
  for (let index = 1; index < classes; index++) largest = max(largest, logit(index));
  let total: f64 = 0;
  for (let index = 0; index < classes; index++) {
    total += NativeMath.exp(f64(scale) * f64(i64(logit(index)) - i64(largest)));
  }
  let sum: f64 = 0;
  let error: f64 = 0;
  for (let index = 0; index < classes; index++) {
    const exact = NativeMath.exp(f64(scale) * f64(i64(logit(index)) - i64(largest))) / total;
    const difference = abs<f64>(probability(index) - exact);
    error = difference >= 0 ? max<f64>(error, difference) : Infinity;
    sum += probability(index);
  }
  if (load<u32>(PROBABILITIES + ((<usize>classes) << 2)) != u32.MAX_VALUE) return Infinity;
  return max<f64>(error, abs<f64>(sum - 1));
}

describe("softmax", () => {
  it("equals float64's, and its probabilities add up to 1", () => {
    seed(51);
    let largest: f64 = 0;
    for (let trial = 0; trial < 50000; trial++) {
      const classes = integer(1, MOST);
      const spread = 1 << integer(0, 30);
      for (let index = 0; index < classes; index++) setLogit(index, integer(-spread, spread));
      largest = max<f64>(largest, largestError(classes, <f32>((20 * unit()) / f64(spread))));
    }
    log<string>(`largest error: ${largest}`);
    expect<f64>(largest).toBeLessThan(0.000002);
  });
  it("does not overflow between the smallest and the largest logit", () => {
    setLogit(0, i32.MIN_VALUE);
    setLogit(1, i32.MAX_VALUE);
    setLogit(2, 0);
    expect<f64>(largestError(3, 0.000000001)).toBeLessThan(0.000002);
    expect<f64>(largestError(3, 1)).toBe(0);
    expect<f64>(probability(1)).toBe(1);
    for (let index = 0; index < 7; index++) setLogit(index, i32.MIN_VALUE);
    expect<f64>(largestError(7, 1)).toBeLessThan(0.000002);
  });
  it("gives no subnormal probability: what would be is 0", () => {
    let wrong = 0;
    for (let difference = 83000; difference < 90000; difference++) {
      // Six of seven share what there is, so that the seventh's share is as small as can be.
      for (let index = 0; index < 7; index++) setLogit(index, index == 3 ? -difference : 0);
      softmax(LOGITS, PROBABILITIES, 7, 0.001);
      const small = probability(3);
      if (small != 0 && small < f64(f32.MIN_NORMAL_VALUE)) wrong++;
      if ((small == 0) != f32(-difference) * <f32>0.001 < -85) wrong++;
    }
    expect<i32>(wrong).toBe(0);
  });
  it("gives equal logits equal shares", () => {
    for (let index = 0; index < 8; index++) setLogit(index, -12345);
    expect<f64>(largestError(8, 0.001)).toBe(0);
    expect<f64>(probability(7)).toBe(0.125);
  });
});

describe("largestLogit", () => {
  it("is the first of equals, wherever they are", () => {
    let wrong = 0;
    for (let first = 0; first < 7; first++) {
      for (let second = first; second < 7; second++) {
        for (let index = 0; index < 7; index++) setLogit(index, index == first || index == second ? -5 : -6 - index);
        if (largestLogit(LOGITS, 7) != first) wrong++;
      }
    }
    expect<i32>(wrong).toBe(0);
  });
  it("compares as signed numbers, and is 0 for one class", () => {
    setLogit(0, i32.MIN_VALUE);
    setLogit(1, -1);
    setLogit(2, i32.MAX_VALUE);
    setLogit(3, i32.MAX_VALUE);
    expect<i32>(largestLogit(LOGITS, 1)).toBe(0);
    expect<i32>(largestLogit(LOGITS, 2)).toBe(1);
    expect<i32>(largestLogit(LOGITS, 4)).toBe(2);
  });
});

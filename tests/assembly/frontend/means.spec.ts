import { moveMean, subtractMean } from "../../../assembly/frontend/means";
import { integer, seed } from "../support/random";

const MOST: i32 = 40;
const VALUES: usize = memory.data(164);
const MEAN: usize = memory.data(164);

function fill(at: usize, count: i32): void {
  for (let i = 0; i <= count; i++) store<f32>(at + ((<usize>i) << 2), f32(integer(-2000000, 2000000)) / 100000);
}

/** Of an array at `at`. */
function number(at: usize, index: i32): f32 {
  return load<f32>(at + ((<usize>index) << 2));
}

describe("moveMean", () => {
  it("moves every mean by a step of its distance, and nothing after the last", () => {
    seed(71);
    for (let count = 0; count <= MOST; count++) {
      fill(VALUES, MOST);
      fill(MEAN, MOST);
      const step = f32(1) / f32(count + 1);
      const before = new StaticArray<f32>(MOST + 1);
      for (let i = 0; i <= MOST; i++) before[i] = number(MEAN, i);
      moveMean(MEAN, VALUES, count, step);
      for (let i = 0; i <= MOST; i++) {
        const moved = before[i] + (number(VALUES, i) - before[i]) * step;
        expect<f32>(number(MEAN, i)).toBe(i < count ? moved : before[i]);
      }
    }
  });
  it("is the value itself for a step of 1, and stays for 0", () => {
    store<f32>(VALUES, 3);
    store<f32>(MEAN, -5);
    moveMean(MEAN, VALUES, 1, 0);
    expect<f32>(number(MEAN, 0)).toBe(-5);
    moveMean(MEAN, VALUES, 1, 1);
    expect<f32>(number(MEAN, 0)).toBe(3);
  });
});

describe("subtractMean", () => {
  it("subtracts a share of the mean and clips, and changes nothing after the last", () => {
    seed(72);
    for (let count = 0; count <= MOST; count++) {
      fill(VALUES, MOST);
      fill(MEAN, MOST);
      const share = f32(count) / f32(MOST);
      const before = new StaticArray<f32>(MOST + 1);
      for (let i = 0; i <= MOST; i++) before[i] = number(VALUES, i);
      subtractMean(VALUES, MEAN, count, share, 10);
      for (let i = 0; i <= MOST; i++) {
        const rest = min<f32>(max<f32>(before[i] - share * number(MEAN, i), -10), 10);
        expect<f32>(number(VALUES, i)).toBe(i < count ? rest : before[i]);
      }
    }
  });
});

import {
  addCoarse,
  addCoarseSamples,
  addFine,
  addFineSamples,
  finishLevel,
  startCoarse,
  startFine,
} from "../../../assembly/frontend/level";
import { WINDOW_SAMPLES } from "../../../assembly/generated/model";
import { integer, seed, sign, unit } from "../support/random";

const samples = new StaticArray<i32>(WINDOW_SAMPLES);
const ranked = new StaticArray<i32>(WINDOW_SAMPLES);

function measured(n: i32): i32 {
  startCoarse(n);
  for (let i = 0; i < n; i++) addCoarse(samples[i]);
  startFine();
  for (let i = 0; i < n; i++) addFine(samples[i]);
  return finishLevel(n);
}

const IN_MEMORY: usize = memory.data(131072);

/** The same with samples that come in pieces. */
function measuredInPieces(n: i32): i32 {
  for (let i = 0; i < n; i++) store<i16>(IN_MEMORY + ((<usize>i) << 1), samples[i]);
  startCoarse(n);
  for (let i = 0; i < n; ) {
    const count = min(integer(0, 700), n - i);
    addCoarseSamples(IN_MEMORY + ((<usize>i) << 1), count);
    i += count;
  }
  startFine();
  for (let i = 0; i < n; ) {
    const count = min(integer(0, 700), n - i);
    addFineSamples(IN_MEMORY + ((<usize>i) << 1), count);
    i += count;
  }
  return finishLevel(n);
}

/** Sorts |x| into `ranked`: Shell's sort with the gaps of Ciura 2001. */
function sort(n: i32): void {
  const gaps: StaticArray<i32> = [3939, 1750, 701, 301, 132, 57, 23, 10, 4, 1];
  for (let i = 0; i < n; i++) ranked[i] = samples[i] < 0 ? -samples[i] : samples[i];
  for (let g = 0; g < gaps.length; g++) {
    const gap = gaps[g];
    for (let i = gap; i < n; i++) {
      const value = ranked[i];
      let at = i;
      for (; at >= gap && ranked[at - gap] > value; at -= gap) ranked[at] = ranked[at - gap];
      ranked[at] = value;
    }
  }
}

/** The 99.9th percentile in thousandths, linear between the ranks: at 0.999 (n - 1), which is q + r / 1000. */
function sorted(n: i32): i32 {
  sort(n);
  const q = (999 * (n - 1)) / 1000;
  const r = 999 * (n - 1) - 1000 * q;
  return r == 0 ? 1000 * ranked[q] : (1000 - r) * ranked[q] + r * ranked[q + 1];
}

/** Levels that differed in a test. */
let wrong: i32 = 0;

function compare(n: i32): void {
  const expected = sorted(n);
  if (measured(n) != expected || measuredInPieces(n) != expected) wrong++;
}

function randomize(n: i32, largest: i32): void {
  for (let i = 0; i < n; i++) samples[i] = integer(-largest, largest);
}

describe("level", () => {
  it("equals sorting for random samples of every loudness and count", () => {
    wrong = 0;
    seed(28);
    for (let trial = 0; trial < 400; trial++) {
      const n = trial < 100 ? trial + 1 : integer(1, 3000);
      randomize(n, 1 << integer(0, 14));
      compare(n);
    }
    expect<i32>(wrong).toBe(0);
  });
  it("equals sorting where few samples are loud, so that both ranks lie bins apart", () => {
    wrong = 0;
    seed(29);
    let apart = 0;
    for (let trial = 0; trial < 400; trial++) {
      const n = integer(1, 4000);
      for (let i = 0; i < n; i++) samples[i] = unit() < 0.001 ? integer(-32768, 32767) : integer(-300, 300);
      compare(n);
      const q = (999 * (n - 1)) / 1000;
      if (q + 1 < n && ranked[q] >> 7 != ranked[q + 1] >> 7) apart++;
    }
    expect<i32>(apart).toBeGreaterThan(50);
    expect<i32>(wrong).toBe(0);
  });
  it("equals sorting for whole segments", () => {
    wrong = 0;
    seed(30);
    for (let trial = 0; trial < 6; trial++) {
      randomize(WINDOW_SAMPLES - (trial & 1), trial < 3 ? 32767 : 20);
      compare(WINDOW_SAMPLES - (trial & 1));
    }
    for (let i = 0; i < WINDOW_SAMPLES; i++) {
      const gauss = unit() + unit() + unit() + unit() + unit() + unit() - 3;
      samples[i] = i32(gauss * gauss * gauss * 1200);
    }
    compare(WINDOW_SAMPLES);
    expect<i32>(wrong).toBe(0);
  });
  it("equals sorting with both ranks about the edges of the coarse bins", () => {
    wrong = 0;
    seed(31);
    for (let edge = 128; edge <= 32768; edge += 128) {
      for (let n = 2; n <= 1001; n = n == 2 ? 3 : n == 3 ? 999 : n + 1) {
        for (let i = 0; i < n; i++) samples[i] = sign() * (edge - 1);
        // The largest is above the edge, on it or below it; then the second largest, too.
        samples[n / 2] = edge < 32768 ? edge : -edge;
        compare(n);
        samples[0] = -edge;
        compare(n);
      }
    }
    expect<i32>(wrong).toBe(0);
  });
  it("equals sorting for two samples", () => {
    wrong = 0;
    seed(32);
    for (let trial = 0; trial < 300; trial++) {
      samples[0] = integer(-32768, 32767);
      samples[1] = trial % 3 == 0 ? samples[0] + integer(-130, 130) : integer(-32768, 32767);
      samples[1] = max(-32768, min(32767, samples[1]));
      compare(2);
    }
    expect<i32>(wrong).toBe(0);
  });
  it("is the sample itself for one", () => {
    for (let value = -32768; value <= 32767; value += 127) {
      samples[0] = value;
      expect<i32>(measured(1)).toBe(1000 * (value < 0 ? -value : value));
    }
  });
  it("takes rank 998 and 999 of 1,000 samples and rank 999 alone of 1,001", () => {
    for (let i = 0; i < 1001; i++) samples[i] = (i & 1) != 0 ? -20 * i : 20 * i;
    // 0.999 * 999 = 998.001
    expect<i32>(measured(1000)).toBe(998001 * 20);
    expect<i32>(measured(1001)).toBe(999000 * 20);
    expect<i32>(measured(1002)).toBe(sorted(1002));
  });
  it("is 0 for silence and for nothing, and full for -32768s and constants", () => {
    for (let n = 1; n < 5000; n = n * 3 + 1) {
      for (let i = 0; i < n; i++) samples[i] = 0;
      expect<i32>(measured(n)).toBe(0);
      for (let i = 0; i < n; i++) samples[i] = -32768;
      expect<i32>(measured(n)).toBe(32768000);
      for (let i = 0; i < n; i++) samples[i] = i % 2 == 0 ? 32767 : -32767;
      expect<i32>(measured(n)).toBe(32767000);
      for (let i = 0; i < n; i++) samples[i] = -1;
      expect<i32>(measured(n)).toBe(1000);
    }
    expect<i32>(measured(0)).toBe(0);
  });
});

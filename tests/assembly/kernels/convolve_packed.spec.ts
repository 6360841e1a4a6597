import { convolvePacked } from "../../../assembly/generated/kernels/convolve_packed";
import { packWeights } from "../../../assembly/generated/kernels/pack_weights";
import { convolvePlain } from "../support/convolve_plain";
import { integer, seed } from "../support/random";

const MOST_RUNS: i32 = 3;
const MOST_TAPS: i32 = 1300;
const MOST_COLUMNS: i32 = 6;
/** Elements of one row of activations. */
const ROW: i32 = 4096;
const GUARD: i32 = 0x5a5a5a5a;

const ROW_LIST: usize = memory.data(16);
const ROWS: usize = memory.data(32768);
const RAW: usize = memory.data(15600);
const PACKED: usize = memory.data(31200);
// One guard word before and one after the sums.
const SUMS: usize = memory.data(256);
const PLAIN_SUMS: usize = memory.data(256);

/** Activations [runs + 1][ROW] and weights [4 channels][runs * runLength] as the spec sees them; the kernels get them in their own layouts. */
const activations = new StaticArray<i32>((MOST_RUNS + 1) * ROW);
const weights = new StaticArray<i32>(4 * MOST_TAPS);

/** Writes the activations into rows that do not lie in order, as in a ring, and the weights raw and packed as the module has them: overlapping. */
function layDown<T>(runs: i32, taps: i32, elements: i32): void {
  const turn = integer(0, runs);
  for (let row = 0; row <= runs; row++) {
    const address = ROWS + ((<usize>(((row + turn) % (runs + 1)) * ROW)) << alignof<T>());
    store<u32>(ROW_LIST + ((<usize>row) << 2), <u32>address);
    for (let at = 0; at < elements; at++) store<T>(address + <usize>at * sizeof<T>(), <T>activations[row * ROW + at]);
  }
  for (let tap = 0; tap < taps; tap++) {
    for (let channel = 0; channel < 4; channel++) {
      const weight = weights[channel * MOST_TAPS + tap];
      store<i8>(RAW + <usize>(4 * tap + channel), weight);
      store<i8>(PACKED + <usize>(4 * taps + 4 * tap + channel), weight);
    }
  }
  packWeights(PACKED + <usize>(4 * taps), PACKED, taps);
}

/** The convolution term by term in 64 bits. */
function direct(row: i32, channel: i32, runs: i32, runLength: i32, first: i32): i64 {
  let sum: i64 = 0;
  for (let run = 0; run < runs; run++) {
    for (let tap = 0; tap < runLength; tap++) {
      sum += i64(activations[(row + run) * ROW + first + tap]) * i64(weights[channel * MOST_TAPS + run * runLength + tap]);
    }
  }
  return sum;
}

/** Both kernels against the direct sum on the activations and weights in the arrays: how many sums are wrong. */
function wrongSums<T>(runs: i32, runLength: i32, columns: i32, stride: i32): i32 {
  layDown<T>(runs, runs * runLength, (columns - 1) * stride + runLength);
  const end = (<usize>columns) << 5;
  store<i32>(SUMS, GUARD);
  store<i32>(SUMS + 4 + end, GUARD);
  const strideBytes = <usize>stride * sizeof<T>();
  convolvePacked<T>(ROW_LIST, runs, runLength, columns, strideBytes, PACKED, SUMS + 4);
  convolvePlain<T>(ROW_LIST, runs, runLength, columns, strideBytes, RAW, PLAIN_SUMS);
  let wrong = 0;
  let at: usize = 0;
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < 2; row++) {
      for (let channel = 0; channel < 4; channel++) {
        const expected = direct(row, channel, runs, runLength, column * stride);
        if (i64(load<i32>(SUMS + 4 + at)) != expected || i64(load<i32>(PLAIN_SUMS + at)) != expected) wrong++;
        at += 4;
      }
    }
  }
  return wrong + i32(load<i32>(SUMS) != GUARD) + i32(load<i32>(SUMS + 4 + end) != GUARD);
}

function randomize(lowest: i32, highest: i32): void {
  for (let i = 0; i < activations.length; i++) activations[i] = integer(lowest, highest);
  for (let i = 0; i < weights.length; i++) weights[i] = integer(-127, 127);
}

function randomShapes<T>(count: i32, longest: i32, lowest: i32, highest: i32): i32 {
  let wrong = 0;
  for (let shape = 0; shape < count; shape++) {
    randomize(lowest, highest);
    const runs = integer(1, MOST_RUNS);
    const most = min(longest, MOST_TAPS / runs);
    wrong += wrongSums<T>(runs, integer(1, most), integer(1, MOST_COLUMNS), integer(1, 500));
  }
  return wrong;
}

/** Every run length in a range, one pixel pair of one run each and three runs of it where they fit. */
function everyLength<T>(from: i32, to: i32, lowest: i32, highest: i32): i32 {
  let wrong = 0;
  randomize(lowest, highest);
  for (let length = from; length <= to; length++) {
    wrong += wrongSums<T>(1, length, 1, 1);
    if (3 * length <= MOST_TAPS) wrong += wrongSums<T>(3, length, 2, 7);
  }
  return wrong;
}

/**
 * Weights all 127 or -127, in each of the 16 combinations of the four channels, and activations all `first` in the upper row and `second` in the
 * others: the largest sums there are, in the lower and in the upper half of a word at once.
 */
function extremes<T>(runs: i32, runLength: i32, first: i32, second: i32): i32 {
  let wrong = 0;
  for (let i = 0; i < activations.length; i++) activations[i] = i < ROW ? first : second;
  for (let signs = 0; signs < 16; signs++) {
    for (let channel = 0; channel < 4; channel++) {
      for (let tap = 0; tap < MOST_TAPS; tap++) weights[channel * MOST_TAPS + tap] = ((signs >> channel) & 1) != 0 ? 127 : -127;
    }
    wrong += wrongSums<T>(runs, runLength, 2, 3);
  }
  return wrong;
}

describe("convolvePacked<u8>", () => {
  it("equals the sum term by term on random shapes", () => {
    seed(1);
    expect<i32>(randomShapes<u8>(80, 600, 0, 127)).toBe(0);
  });
  it("equals it for every run length to 50 and about the split at 512", () => {
    seed(2);
    expect<i32>(everyLength<u8>(1, 50, 0, 127)).toBe(0);
    expect<i32>(everyLength<u8>(505, 530, 0, 127)).toBe(0);
    expect<i32>(everyLength<u8>(1015, 1045, 0, 127)).toBe(0);
  });
  it("does not overflow: all activations 127, all weights 127 or -127", () => {
    expect<i32>(extremes<u8>(1, 511, 127, 127)).toBe(0);
    expect<i32>(extremes<u8>(1, 512, 127, 127)).toBe(0);
    expect<i32>(extremes<u8>(1, 513, 127, 0)).toBe(0);
    expect<i32>(extremes<u8>(1, 600, 0, 127)).toBe(0);
    expect<i32>(extremes<u8>(1, 1024, 127, 127)).toBe(0);
    expect<i32>(extremes<u8>(2, 600, 127, 127)).toBe(0);
    expect<i32>(extremes<u8>(3, 433, 127, 127)).toBe(0);
  });
});

describe("convolvePacked<i16>", () => {
  it("equals the sum term by term on random shapes", () => {
    seed(3);
    expect<i32>(randomShapes<i16>(120, 33, -4095, 4095)).toBe(0);
    expect<i32>(randomShapes<i16>(20, 300, -4095, 4095)).toBe(0);
  });
  it("equals it for every run length to 50", () => {
    seed(4);
    expect<i32>(everyLength<i16>(1, 50, -4095, 4095)).toBe(0);
  });
  it("does not overflow: all activations 4095 or -4095, all weights 127 or -127", () => {
    for (let length = 15; length <= 33; length++) {
      expect<i32>(extremes<i16>(1, length, 4095, 4095)).toBe(0);
      expect<i32>(extremes<i16>(1, length, 4095, -4095)).toBe(0);
      expect<i32>(extremes<i16>(3, length, -4095, 4095)).toBe(0);
    }
  });
});

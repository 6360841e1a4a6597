import { packForWinograd, packWeights } from "../../../assembly/generated/kernels/pack_weights";
import { integer, seed } from "../support/random";

const TAPS: i32 = 1300;
const BYTES: usize = memory.data(10408);
const APART: usize = memory.data(10400);
const weights = new StaticArray<i32>(4 * TAPS);

/** The words of `taps` taps at an address that are not w0 + factor * w1, w2 + factor * w3. */
function wrongWords(address: usize, taps: i32, factor: i64 = 16777216): i32 {
  let wrong = 0;
  for (let word = 0; word < 2 * taps; word++) {
    const expected = i64(weights[2 * word]) + factor * i64(weights[2 * word + 1]);
    if (i64(load<i32>(address + ((<usize>word) << 2))) != expected) wrong++;
  }
  return wrong;
}

function layDown(address: usize, taps: i32): void {
  for (let i = 0; i < 4 * taps; i++) store<i8>(address + <usize>i, weights[i]);
}

describe("packWeights", () => {
  it("packs pairs of channels, the raw weights 4 * taps bytes after the packed ones, and writes nothing else", () => {
    seed(5);
    for (let i = 0; i < weights.length; i++) weights[i] = integer(-127, 127);
    for (let taps = 1; taps <= TAPS; taps = taps < 40 ? taps + 1 : taps * 2 - 17) {
      store<i64>(BYTES + ((<usize>taps) << 3), -1);
      const raw = BYTES + ((<usize>taps) << 2);
      layDown(raw, taps);
      packWeights(raw, BYTES, taps);
      expect<i32>(wrongWords(BYTES, taps)).toBe(0);
      expect<i64>(load<i64>(BYTES + ((<usize>taps) << 3))).toBe(-1);
    }
  });
  it("packs them where they do not overlap, and leaves the raw ones", () => {
    seed(6);
    for (let i = 0; i < weights.length; i++) weights[i] = integer(-127, 127);
    layDown(BYTES, TAPS);
    packWeights(BYTES, APART, TAPS);
    expect<i32>(wrongWords(APART, TAPS)).toBe(0);
    let changed = 0;
    for (let i = 0; i < 4 * TAPS; i++) if (i32(load<i8>(BYTES + <usize>i)) != weights[i]) changed++;
    expect<i32>(changed).toBe(0);
  });
  it("packs every combination of -127, -1, 0, 1, 127", () => {
    const values: StaticArray<i32> = [-127, -1, 0, 1, 127];
    for (let tap = 0; tap < 625; tap++) {
      weights[4 * tap] = values[tap % 5];
      weights[4 * tap + 1] = values[(tap / 5) % 5];
      weights[4 * tap + 2] = values[(tap / 25) % 5];
      weights[4 * tap + 3] = values[tap / 125];
    }
    layDown(BYTES, 625);
    packWeights(BYTES, APART, 625);
    expect<i32>(wrongWords(APART, 625)).toBe(0);
  });
});

describe("packForWinograd", () => {
  it("packs pairs of channels 22 bits apart, the raw weights 4 * taps bytes after the packed ones, and writes nothing else", () => {
    seed(7);
    for (let i = 0; i < weights.length; i++) weights[i] = integer(-127, 127);
    for (let taps = 4; taps <= TAPS; taps = taps < 40 ? taps + 4 : (taps * 2 - 17) & ~3) {
      store<i64>(BYTES + ((<usize>taps) << 3), -1);
      const raw = BYTES + ((<usize>taps) << 2);
      layDown(raw, taps);
      packForWinograd(raw, BYTES, taps);
      expect<i32>(wrongWords(BYTES, taps, 4194304)).toBe(0);
      expect<i64>(load<i64>(BYTES + ((<usize>taps) << 3))).toBe(-1);
    }
  });
});

import { levelSamples, setLevel } from "../../../assembly/frontend/gain";
import { LARGEST_LEVEL } from "../../../assembly/generated/model";
import { integer, seed } from "../support/random";

const SAMPLE: usize = memory.data(2);

/** One sample, leveled. */
function leveled(sample: i32): i32 {
  store<i16>(SAMPLE, sample);
  levelSamples(SAMPLE, SAMPLE, 1);
  return i32(load<i16>(SAMPLE));
}

/**
 * Largest distance of a leveled sample from x * full scale / level, over every third sample and the extremes; samples that the clamp holds must be there.
 */
function largestDistance(level: i32): f64 {
  setLevel(level);
  const factor = 32768000.0 / f64(max(level, 1000));
  let largest: f64 = 0;
  for (let x = -32768; x <= 32767; x = x < 32764 ? x + 3 : x + 1) {
    const exact = max<f64>(-32768, min<f64>(32767, f64(x) * factor));
    largest = max<f64>(largest, abs<f64>(f64(leveled(x)) - exact));
  }
  return largest;
}

describe("leveled", () => {
  it("is the sample times full scale by level, to the nearest, clamped", () => {
    seed(33);
    let largest: f64 = 0;
    for (let level = 1; level <= 32768000; level = level * 2 + integer(0, 1)) largest = max<f64>(largest, largestDistance(level));
    for (let trial = 0; trial < 100; trial++) largest = max<f64>(largest, largestDistance(integer(1, LARGEST_LEVEL)));
    log<string>(`largest distance: ${largest}`);
    // A half, and what 32 fraction bits of the gain leave over 32768 samples.
    expect<f64>(largest).toBeLessThanOrEqual(0.500004);
  });
  it("leaves samples as they are at the largest level", () => {
    setLevel(LARGEST_LEVEL);
    let changed = 0;
    for (let x = -32768; x <= 32767; x++) if (leveled(x) != x) changed++;
    expect<i32>(changed).toBe(0);
    expect<i32>(LARGEST_LEVEL).toBe(32768000);
  });
  it("is symmetric, but for the one step more below", () => {
    seed(34);
    let asymmetric = 0;
    for (let trial = 0; trial < 200; trial++) {
      setLevel(integer(1, LARGEST_LEVEL) >> integer(0, 20));
      for (let x = 1; x <= 32767; x += 13) {
        const up = leveled(x);
        const down = leveled(-x);
        if (down != -up && !(up == 32767 && down == -32768)) asymmetric++;
      }
    }
    expect<i32>(asymmetric).toBe(0);
  });
  it("clamps to int16 on both sides", () => {
    setLevel(1000);
    expect<i32>(leveled(1)).toBe(32767);
    expect<i32>(leveled(-1)).toBe(-32768);
    expect<i32>(leveled(32767)).toBe(32767);
    expect<i32>(leveled(-32768)).toBe(-32768);
    expect<i32>(leveled(0)).toBe(0);
    // 16384 * 2 = 32768 is one too many above, and not below.
    setLevel(16384000);
    expect<i32>(leveled(16383)).toBe(32766);
    expect<i32>(leveled(16384)).toBe(32767);
    expect<i32>(leveled(-16384)).toBe(-32768);
    expect<i32>(leveled(-32768)).toBe(-32768);
  });
  it("rounds ties away from zero", () => {
    // 32768000 / 65536000 is not a level; 3/2 is: odd samples land on halves.
    setLevel(21845333);
    let wrong = 0;
    for (let x = 1; x < 20000; x += 2) {
      const exact = (f64(x) * 32768000.0) / 21845333.0;
      if (leveled(x) != i32(NativeMath.floor(exact + 0.5)) || leveled(-x) != -leveled(x)) wrong++;
    }
    expect<i32>(wrong).toBe(0);
    // Exactly: gain 32768000 / 13107200 = 5/2.
    setLevel(13107200);
    for (let x = 1; x < 13000; x += 2) if (leveled(x) != (5 * x + 1) / 2 || leveled(-x) != -((5 * x + 1) / 2)) wrong++;
    expect<i32>(wrong).toBe(0);
  });
  it("rounds its gain: 25/6 upwards to 32 fraction bits, which takes a half up, 125/6 downwards, which takes it down", () => {
    setLevel(7864320);
    expect<i32>(leveled(3)).toBe(13);
    expect<i32>(leveled(-3)).toBe(-13);
    setLevel(1572864);
    expect<i32>(leveled(3)).toBe(62);
    expect<i32>(leveled(-3)).toBe(-62);
  });
  it("amplifies a level below one step as one step, and silences level 0", () => {
    setLevel(1);
    expect<i32>(leveled(-1)).toBe(-32768);
    setLevel(999);
    expect<i32>(leveled(-1)).toBe(-32768);
    setLevel(0);
    for (let x = -32768; x <= 32767; x += 21845) expect<i32>(leveled(x)).toBe(0);
    setLevel(1000);
    expect<i32>(leveled(-1)).toBe(-32768);
  });
});

const EVERY_SAMPLE: usize = memory.data(131072);
const LEVELED: usize = memory.data(131076);

describe("levelSamples", () => {
  it("levels as leveled() does, every sample at several levels, and writes nothing else", () => {
    seed(38);
    for (let x = -32768; x <= 32767; x++) store<i16>(EVERY_SAMPLE + ((<usize>(x + 32768)) << 1), x);
    let wrong = 0;
    for (let trial = 0; trial < 20; trial++) {
      setLevel(trial == 0 ? 0 : trial == 1 ? LARGEST_LEVEL : trial == 2 ? 1 : integer(1, LARGEST_LEVEL) >> integer(0, 16));
      store<i16>(LEVELED + 131072, 0x5a5a);
      levelSamples(EVERY_SAMPLE, LEVELED, 65536);
      for (let x = -32768; x <= 32767; x++) if (i32(load<i16>(LEVELED + ((<usize>(x + 32768)) << 1))) != leveled(x)) wrong++;
      if (load<i16>(LEVELED + 131072) != 0x5a5a) wrong++;
    }
    expect<i32>(wrong).toBe(0);
    levelSamples(EVERY_SAMPLE, LEVELED, 0);
  });
});

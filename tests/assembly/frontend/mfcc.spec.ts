import { silentMfcc } from "../../../assembly/frontend/frame_mfcc";
import { dct } from "../../../assembly/frontend/mfcc";
import { MEL, MFCC } from "../../../assembly/generated/memory_map";
import { COEFFICIENTS, MEL_BANDS } from "../../../assembly/generated/model";
import { dct64 } from "../support/float64";
import { seed, unit } from "../support/random";

const logs = new StaticArray<f64>(MEL_BANDS);
const expected = new StaticArray<f64>(COEFFICIENTS);

function mfcc(k: i32): f64 {
  return f64(load<f32>(MFCC + ((<usize>k) << 2)));
}

/** Largest difference from the DCT-II in float64 of the log energies in `logs`. */
function largestError(): f64 {
  for (let n = 0; n < MEL_BANDS; n++) {
    store<f32>(MEL + ((<usize>n) << 2), <f32>logs[n]);
    logs[n] = f64(<f32>logs[n]);
  }
  memory.fill(MFCC, 0xff, (<usize>COEFFICIENTS) << 2);
  dct();
  dct64(logs, expected);
  let largest: f64 = 0;
  for (let k = 0; k < COEFFICIENTS; k++) {
    const error = abs<f64>(mfcc(k) - expected[k]);
    largest = error >= 0 ? max<f64>(largest, error) : Infinity;
  }
  return largest;
}

describe("dct", () => {
  it("equals the DCT-II in float64 for every single band", () => {
    let largest: f64 = 0;
    for (let band = 0; band < MEL_BANDS; band++) {
      for (let n = 0; n < MEL_BANDS; n++) logs[n] = n == band ? 8 : 0;
      largest = max<f64>(largest, largestError());
    }
    log<string>(`largest error: ${largest}`);
    expect<f64>(largest).toBeLessThan(0.000001);
  });
  it("equals it for random log energies", () => {
    seed(26);
    let largest: f64 = 0;
    for (let trial = 0; trial < 100; trial++) {
      for (let n = 0; n < MEL_BANDS; n++) logs[n] = 6 * unit() - 3;
      largest = max<f64>(largest, largestError());
    }
    log<string>(`largest error: ${largest}`);
    expect<f64>(largest).toBeLessThan(0.00001);
  });
  it("equals it, clipped, for log energies of speech: from -13.8 to 5, a slope and ripples", () => {
    seed(27);
    let largest: f64 = 0;
    for (let trial = 0; trial < 100; trial++) {
      const top = 8 * unit() - 3;
      const slope = 0.08 * unit();
      const period = 3 + 30 * unit();
      for (let n = 0; n < MEL_BANDS; n++) {
        logs[n] = max<f64>(-13.8, top - slope * f64(n) + 2 * NativeMath.sin(f64(n) / period) + unit());
      }
      largest = max<f64>(largest, largestError());
    }
    log<string>(`largest error: ${largest}`);
    expect<f64>(largest).toBeLessThan(0.00004);
  });
  it("clips on both sides", () => {
    for (let n = 0; n < MEL_BANDS; n++) logs[n] = -13.8;
    expect<f64>(largestError()).toBeLessThan(0.00004);
    expect<f64>(mfcc(0)).toBe(-10);
    for (let n = 0; n < MEL_BANDS; n++) logs[n] = n < MEL_BANDS / 2 ? 5 : -5;
    expect<f64>(largestError()).toBeLessThan(0.00004);
    expect<f64>(mfcc(1)).toBe(10);
    for (let n = 0; n < MEL_BANDS; n++) logs[n] = n < MEL_BANDS / 2 ? -5 : 5;
    expect<f64>(largestError()).toBeLessThan(0.00004);
    expect<f64>(mfcc(1)).toBe(-10);
  });
});

describe("silentMfcc", () => {
  it("is the smallest zeroth coefficient and zeros, what the formula gives for zeros but for rounding", () => {
    for (let n = 0; n < MEL_BANDS; n++) logs[n] = NativeMath.log(0.000001);
    dct64(logs, expected);
    memory.fill(MFCC, 0xff, (<usize>COEFFICIENTS) << 2);
    silentMfcc();
    expect<f64>(mfcc(0)).toBe(expected[0]);
    for (let k = 1; k < COEFFICIENTS; k++) {
      expect<f64>(mfcc(k)).toBe(0);
      expect<f64>(abs<f64>(expected[k])).toBeLessThan(0.000000001);
    }
  });
});

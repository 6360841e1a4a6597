import { exp } from "../../../assembly/network/exp";
import { seed, unit } from "../support/random";

function relativeError(z: f32): f64 {
  const exact = NativeMath.exp(f64(z));
  return abs<f64>(f64(exp(z)) - exact) / exact;
}

describe("exp", () => {
  it("is within 3e-7 of float64's, relative, from -85 to 0", () => {
    seed(50);
    let largest: f64 = 0;
    let worst: f32 = 0;
    for (let i = 0; i < 1000000; i++) {
      const z = <f32>(i < 500000 ? -85 * unit() : -NativeMath.pow(10, 2.0 - 12 * unit()));
      if (z < -85) continue;
      const error = relativeError(z);
      if (error > largest) {
        largest = error;
        worst = z;
      }
    }
    log<string>(`largest relative error: ${largest} at ${worst}`);
    expect<f64>(largest).toBeLessThan(0.0000003);
  });
  it("is as good where the power of two changes: at odd multiples of ln(2) / 2", () => {
    let largest: f64 = 0;
    for (let n = 0; n <= 122; n++) {
      const edge = <f32>(-(f64(n) + 0.5) * 0.6931471805599453);
      for (let places = -50; places <= 50; places++) {
        largest = max<f64>(largest, relativeError(reinterpret<f32>(reinterpret<i32>(edge) + places)));
      }
    }
    log<string>(`largest relative error: ${largest}`);
    expect<f64>(largest).toBeLessThan(0.0000003);
  });
  it("is 1 at 0 and 0 below -85", () => {
    expect<f32>(exp(0)).toBe(1);
    expect<f32>(exp(-0.0)).toBe(1);
    expect<f64>(relativeError(-85)).toBeLessThan(0.0000003);
    expect<f32>(exp(reinterpret<f32>(reinterpret<i32>(<f32>-85) + 1))).toBe(0);
    expect<f32>(exp(-1000000)).toBe(0);
    expect<f32>(exp(-Infinity)).toBe(0);
    expect<f32>(exp(NaN)).toBe(0);
  });
  it("rises and never exceeds 1", () => {
    let wrong = 0;
    let before: f32 = 0;
    for (let z: f32 = -85.1; z < 0; z += 0.0001) {
      const value = exp(z);
      if (value > 1 || value < before) wrong++;
      before = value;
    }
    expect<i32>(wrong).toBe(0);
  });
});

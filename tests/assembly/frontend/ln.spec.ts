import { ln } from "../../../assembly/frontend/ln";
import { seed, unit } from "../support/random";

/** Error of ln(v) in units of the last place of a float32 as large as the true value. */
function ulps(v: f32): f64 {
  const exact = NativeMath.log(f64(v));
  if (exact == 0) return ln(v) == 0 ? 0 : Infinity;
  const exponent = i32((reinterpret<u64>(exact) >> 52) & 0x7ff) - 1023;
  return abs<f64>(f64(ln(v)) - exact) / NativeMath.pow(2, f64(exponent - 23));
}

function neighbor(v: f32, places: i32): f32 {
  return reinterpret<f32>(reinterpret<i32>(v) + places);
}

describe("ln", () => {
  it("is 0 at 1", () => {
    expect<f32>(ln(1)).toBe(0);
  });
  it("is within 2 units of the last place of float64's logarithm, over all normal numbers", () => {
    seed(20);
    let largest: f64 = 0;
    let worst: f32 = 0;
    // Every exponent; mantissas spread over it.
    for (let exponent = 1; exponent < 255; exponent++) {
      for (let i = 0; i < 2000; i++) {
        const v = reinterpret<f32>((exponent << 23) | i32(unit() * 8388608.0));
        const error = ulps(v);
        if (error > largest) {
          largest = error;
          worst = v;
        }
      }
    }
    log<string>(`largest error: ${largest} ulp at ${worst}`);
    expect<f64>(largest).toBeLessThan(2);
  });
  it("is as good at powers of two, at 1 and where the mantissa's range begins, and at their neighbors", () => {
    let largest: f64 = 0;
    for (let exponent = -126; exponent <= 127; exponent++) {
      const power = reinterpret<f32>((exponent + 127) << 23);
      const root = reinterpret<f32>(((exponent + 127) << 23) + 0x3504f3);
      for (let places = -300; places <= 300; places++) {
        if (exponent > -126 || places >= 0) largest = max<f64>(largest, ulps(neighbor(power, places)));
        largest = max<f64>(largest, ulps(neighbor(root, places)));
      }
    }
    for (let places = -100000; places <= 100000; places++) largest = max<f64>(largest, ulps(neighbor(1, places)));
    log<string>(`largest error: ${largest} ulp`);
    expect<f64>(largest).toBeLessThan(2);
  });
  it("has no bias at the ends of the mantissa's range, where the last term of the series is a sixth of a unit", () => {
    let below: f64 = 0;
    let above: f64 = 0;
    for (let places = 0; places < 50000; places++) {
      const low = neighbor(0.70710678, 1 + places);
      const high = neighbor(1.41421354, -1 - places);
      // Both results lie in 1/4..1/2: a unit is 2^-25.
      below += (f64(ln(low)) - NativeMath.log(f64(low))) * 33554432;
      above += (f64(ln(high)) - NativeMath.log(f64(high))) * 33554432;
    }
    log<string>(`mean error: ${below / 50000} and ${above / 50000} ulp`);
    expect<f64>(abs<f64>(below / 50000)).toBeLessThan(0.1);
    expect<f64>(abs<f64>(above / 50000)).toBeLessThan(0.1);
  });
  it("is right at the smallest and the largest mel energy", () => {
    expect<f64>(abs<f64>(f64(ln(0.000001)) - NativeMath.log(f64(<f32>0.000001)))).toBeLessThan(0.000002);
    expect<f64>(abs<f64>(f64(ln(1000000000)) - NativeMath.log(1000000000))).toBeLessThan(0.000002);
  });
  it("rises with its argument, within its error", () => {
    // Neighbors may swap by rounding; half a thousandth of a percent more must give more.
    let falls = 0;
    let v: f32 = 0.000001;
    while (v < 1000000000) {
      const next = v * 1.000005;
      if (ln(next) <= ln(v)) falls++;
      v = next;
    }
    expect<i32>(falls).toBe(0);
  });
});

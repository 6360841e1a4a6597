import { melFilterBank, melLogarithm } from "../../../assembly/frontend/mel";
import { MEL, SPECTRUM } from "../../../assembly/generated/memory_map";
import { MEL_BANDS } from "../../../assembly/generated/model";
import { BINS, mel64, triangleWeight } from "../support/float64";
import { seed, unit } from "../support/random";

const magnitudes = new StaticArray<f64>(BINS);
const expected = new StaticArray<f64>(MEL_BANDS);

function filter(band: i32): f64 {
  return f64(load<f32>(MEL + ((<usize>band) << 2)));
}

function layDown(): void {
  for (let bin = 0; bin < BINS; bin++) {
    const value = <f32>magnitudes[bin];
    magnitudes[bin] = f64(value);
    store<f32>(SPECTRUM + ((<usize>bin) << 2), value);
  }
  memory.fill(MEL, 0xff, (<usize>MEL_BANDS) << 2);
}

describe("melFilterBank", () => {
  it("gives each bin the weight of each triangle", () => {
    let largest: f64 = 0;
    for (let bin = 0; bin < BINS; bin++) {
      for (let i = 0; i < BINS; i++) magnitudes[i] = i == bin ? 1 : 0;
      layDown();
      melFilterBank();
      for (let band = 0; band < MEL_BANDS; band++) {
        const error = abs<f64>(filter(band) - triangleWeight(band, bin));
        largest = error >= 0 ? max<f64>(largest, error) : Infinity;
      }
    }
    log<string>(`largest error of a weight: ${largest}`);
    // Shares are rounded to float32 once, 1 - share a second time.
    expect<f64>(largest).toBeLessThan(0.0000001);
  });
  it("equals the triangles over all bins for random spectra of any loudness", () => {
    seed(24);
    let largest: f64 = 0;
    let largestRelative: f64 = 0;
    for (let trial = 0; trial < 100; trial++) {
      const loudness = NativeMath.pow(10, f64(trial % 10) - 6);
      for (let bin = 0; bin < BINS; bin++) magnitudes[bin] = unit() * loudness * (unit() < 0.1 ? 1000 : 1);
      layDown();
      melFilterBank();
      mel64(magnitudes, expected);
      for (let band = 0; band < MEL_BANDS; band++) {
        const error = abs<f64>(filter(band) - expected[band]);
        if (expected[band] == 0) {
          // A filter without a bin is exactly 0.
          if (error != 0) largest = Infinity;
          continue;
        }
        let inside: f64 = 0;
        for (let bin = 0; bin < BINS; bin++) if (triangleWeight(band, bin) > 0) inside += magnitudes[bin];
        largest = error >= 0 ? max<f64>(largest, error / inside) : Infinity;
        largestRelative = max<f64>(largestRelative, error / expected[band]);
      }
    }
    log<string>(`largest error: ${largest} of the magnitudes inside, ${largestRelative} of the sum`);
    expect<f64>(largest).toBeLessThan(0.0000005);
    // A low filter may have one bin only, with a weight of 0.005, which is a difference from 1.
    expect<f64>(largestRelative).toBeLessThan(0.00001);
  });
  it("uses neither the constant bin nor bins beyond the last filter", () => {
    for (let bin = 0; bin < BINS; bin++) magnitudes[bin] = 0;
    magnitudes[0] = 1000000;
    magnitudes[BINS - 1] = 1000000;
    layDown();
    melFilterBank();
    for (let band = 0; band < MEL_BANDS; band++) expect<f64>(filter(band)).toBe(0);
  });
});

describe("melLogarithm", () => {
  it("is the logarithm of the energy and its floor, in place", () => {
    seed(25);
    let largest: f64 = 0;
    for (let trial = 0; trial < 200; trial++) {
      for (let band = 0; band < MEL_BANDS; band++) {
        const energy = unit() < 0.1 ? 0 : NativeMath.pow(10, unit() * 14 - 9);
        store<f32>(MEL + ((<usize>band) << 2), <f32>energy);
        expected[band] = NativeMath.log(f64(<f32>energy) + 0.000001);
      }
      melLogarithm();
      for (let band = 0; band < MEL_BANDS; band++) {
        const error = abs<f64>(filter(band) - expected[band]);
        largest = error >= 0 ? max<f64>(largest, error) : Infinity;
      }
    }
    log<string>(`largest error: ${largest}`);
    expect<f64>(largest).toBeLessThan(0.000002);
  });
});

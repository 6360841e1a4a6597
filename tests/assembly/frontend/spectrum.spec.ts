import { spectrum } from "../../../assembly/frontend/spectrum";
import { FRAME, SPECTRUM } from "../../../assembly/generated/memory_map";
import { FRAME_SAMPLES } from "../../../assembly/generated/model";
import { BINS, magnitudes64 } from "../support/float64";
import { integer, seed, sign, unit } from "../support/random";

const samples = new StaticArray<i32>(FRAME_SAMPLES);
const expected = new StaticArray<f64>(BINS);

/** Largest difference of a bin; that, and the root of the sum of squared differences, as a share of the same of the true spectrum. */
let absoluteError: f64 = 0;
let largestError: f64 = 0;
let norm: f64 = 0;

function compare(): void {
  for (let n = 0; n < FRAME_SAMPLES; n++) store<i16>(FRAME + ((<usize>n) << 1), <i16>samples[n]);
  memory.fill(SPECTRUM, 0xff, (<usize>BINS) << 2);
  spectrum();
  magnitudes64(samples, expected);
  let largest: f64 = 0;
  let difference: f64 = 0;
  let squares: f64 = 0;
  let squaredErrors: f64 = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const error = abs<f64>(f64(load<f32>(SPECTRUM + ((<usize>bin) << 2))) - expected[bin]);
    // A NaN must not pass as no error.
    difference = error >= 0 ? max<f64>(difference, error) : Infinity;
    largest = max<f64>(largest, expected[bin]);
    squares += expected[bin] * expected[bin];
    squaredErrors += error * error;
  }
  absoluteError = difference;
  largestError = largest == 0 ? difference : difference / largest;
  norm = squares == 0 ? squaredErrors : NativeMath.sqrt(squaredErrors / squares);
}

function expectClose(name: string, bound: f64): void {
  compare();
  log<string>(`${name}: largest error ${largestError} of the largest bin, ${norm} in all`);
  expect<f64>(largestError).toBeLessThan(bound);
  expect<f64>(norm).toBeLessThan(bound);
}

function tone(amplitude: f64, cyclesPerFrame: f64, phase: f64): void {
  for (let n = 0; n < FRAME_SAMPLES; n++) {
    const angle = (2 * NativeMath.PI * cyclesPerFrame * f64(n)) / f64(FRAME_SAMPLES) + phase;
    samples[n] = i32(nearest<f64>(amplitude * NativeMath.sin(angle)));
  }
}

function noise(amplitude: i32): void {
  for (let n = 0; n < FRAME_SAMPLES; n++) samples[n] = integer(-amplitude, amplitude);
}

function fill(value: i32): void {
  for (let n = 0; n < FRAME_SAMPLES; n++) samples[n] = value;
}

describe("spectrum", () => {
  it("equals a discrete Fourier transform in float64 for tones", () => {
    tone(20000, 28.16, 0.3);
    expectClose("440 Hz", 0.0000005);
    tone(32767, 64, 0);
    expectClose("1000 Hz, in a bin", 0.0000005);
    tone(32767, f64(FRAME_SAMPLES) / 2 - 0.5, 1);
    expectClose("near the Nyquist frequency", 0.0000005);
    tone(3, 5.5, 2);
    expectClose("3 steps loud", 0.0000005);
  });
  it("equals it for noise, loud and quiet, in each bin", () => {
    seed(21);
    noise(32767);
    expectClose("loud noise", 0.0000005);
    noise(1);
    expectClose("noise of one step", 0.0000005);
    // Where no bin stands out, the error of each is small beside that bin, but for chance zeros.
    let far = 0;
    for (let bin = 1; bin < BINS - 1; bin++) {
      const value = f64(load<f32>(SPECTRUM + ((<usize>bin) << 2)));
      if (abs<f64>(value - expected[bin]) > 0.00001 * expected[bin]) far++;
    }
    expect<i32>(far).toBe(0);
  });
  it("equals it for an impulse at any place, beside a spectrum of 1 without the window", () => {
    // Relative to itself, the window's first value (0.00001) is good to 3 digits only: half of 1 - cos, in float32.
    let largest: f64 = 0;
    for (let n = 1; n < FRAME_SAMPLES; n += 61) {
      fill(0);
      samples[n] = (n & 2) != 0 ? 32767 : -32768;
      compare();
      largest = max<f64>(largest, absoluteError);
    }
    log<string>(`impulses: largest error ${largest}`);
    expect<f64>(largest).toBeLessThan(0.0000002);
  });
  it("equals it at full scale: constant, alternating, random signs", () => {
    fill(-32768);
    expectClose("constant", 0.0000005);
    for (let n = 0; n < FRAME_SAMPLES; n++) samples[n] = (n & 1) != 0 ? 32767 : -32768;
    expectClose("alternating", 0.0000005);
    seed(22);
    for (let n = 0; n < FRAME_SAMPLES; n++) samples[n] = sign() > 0 ? 32767 : -32768;
    expectClose("random signs", 0.0000005);
  });
  it("equals it for a frame with one loud and many quiet samples", () => {
    seed(23);
    for (let n = 0; n < FRAME_SAMPLES; n++) samples[n] = unit() < 0.01 ? integer(-30000, 30000) : integer(-4, 4);
    expectClose("clicks", 0.0000005);
  });
  it("is 0 for zeros, and for the one sample that the window removes", () => {
    fill(0);
    compare();
    expect<f64>(largestError).toBe(0);
    samples[0] = 32767;
    compare();
    expect<f64>(largestError).toBe(0);
  });
});

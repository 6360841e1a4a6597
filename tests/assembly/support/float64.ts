/**
 * The front end in float64, straight from its definitions: a DFT term by term, triangles as max(0, min(rising, falling)) over all bins, a DCT-II term
 * by term. Nothing here is shared with assembly/.
 */
import { COEFFICIENTS, FRAME_SAMPLES, MEL_BANDS, SAMPLE_RATE } from "../../../assembly/generated/model";

const PI: f64 = NativeMath.PI;
const LOWEST_HZ: f64 = 80;
const HIGHEST_HZ: f64 = 7600;
export const BINS: i32 = FRAME_SAMPLES / 2 + 1;

const cosines = new StaticArray<f64>(FRAME_SAMPLES);
const sines = new StaticArray<f64>(FRAME_SAMPLES);
const windowedFrame = new StaticArray<f64>(FRAME_SAMPLES);
/** Triangles, [MEL_BANDS][BINS]. */
const triangles = new StaticArray<f64>(MEL_BANDS * BINS);
const bins = new StaticArray<f64>(BINS);
const bands = new StaticArray<f64>(MEL_BANDS);
let ready: bool = false;

function prepare(): void {
  if (ready) return;
  ready = true;
  for (let n = 0; n < FRAME_SAMPLES; n++) {
    cosines[n] = NativeMath.cos((2 * PI * f64(n)) / f64(FRAME_SAMPLES));
    sines[n] = NativeMath.sin((2 * PI * f64(n)) / f64(FRAME_SAMPLES));
  }
  for (let band = 0; band < MEL_BANDS; band++) {
    for (let bin = 0; bin < BINS; bin++) triangles[band * BINS + bin] = triangle(band, bin);
  }
}

function mel(hz: f64): f64 {
  return 1127.0 * NativeMath.log(1.0 + hz / 700.0);
}

/** Weight of a bin in a filter: MEL_BANDS + 2 points evenly spaced in mel; filter i rises from point i to i + 1 and falls to i + 2. */
function triangle(band: i32, bin: i32): f64 {
  if (bin == 0) return 0;
  const spacing = (mel(HIGHEST_HZ) - mel(LOWEST_HZ)) / f64(MEL_BANDS + 1);
  const left = mel(LOWEST_HZ) + f64(band) * spacing;
  const here = mel((f64(bin) * f64(SAMPLE_RATE)) / f64(FRAME_SAMPLES));
  const rising = (here - left) / spacing;
  const falling = (left + 2 * spacing - here) / spacing;
  return max<f64>(0, min<f64>(rising, falling));
}

export function triangleWeight(band: i32, bin: i32): f64 {
  prepare();
  return triangles[band * BINS + bin];
}

/** int16 samples [FRAME_SAMPLES] to magnitudes [BINS]: Hann window (periodic), DFT. */
export function magnitudes64(samples: StaticArray<i32>, out: StaticArray<f64>): void {
  prepare();
  for (let n = 0; n < FRAME_SAMPLES; n++) {
    windowedFrame[n] = (f64(samples[n]) / 32768.0) * (0.5 - 0.5 * cosines[n]);
  }
  for (let bin = 0; bin < BINS; bin++) {
    let re: f64 = 0;
    let im: f64 = 0;
    let angle = 0;
    for (let n = 0; n < FRAME_SAMPLES; n++) {
      re += unchecked(windowedFrame[n] * cosines[angle]);
      im -= unchecked(windowedFrame[n] * sines[angle]);
      angle += bin;
      if (angle >= FRAME_SAMPLES) angle -= FRAME_SAMPLES;
    }
    out[bin] = NativeMath.sqrt(re * re + im * im);
  }
}

/** Magnitudes [BINS] to filter outputs [MEL_BANDS], before the logarithm. */
export function mel64(magnitudes: StaticArray<f64>, out: StaticArray<f64>): void {
  prepare();
  for (let band = 0; band < MEL_BANDS; band++) {
    let sum: f64 = 0;
    for (let bin = 0; bin < BINS; bin++) sum += magnitudes[bin] * triangles[band * BINS + bin];
    out[band] = sum;
  }
}

/** Log mel energies [MEL_BANDS] to MFCCs [COEFFICIENTS], clipped to -10..10. */
export function dct64(logs: StaticArray<f64>, out: StaticArray<f64>): void {
  for (let k = 0; k < COEFFICIENTS; k++) {
    let sum: f64 = 0;
    for (let n = 0; n < MEL_BANDS; n++) {
      sum += logs[n] * NativeMath.cos((PI * f64(k) * (f64(n) + 0.5)) / f64(MEL_BANDS));
    }
    sum *= 2.0 / NativeMath.sqrt(2.0 * f64(MEL_BANDS));
    out[k] = max<f64>(-10, min<f64>(10, sum));
  }
}

/** int16 samples [FRAME_SAMPLES] to MFCCs [COEFFICIENTS]. */
export function mfcc64(samples: StaticArray<i32>, out: StaticArray<f64>): void {
  magnitudes64(samples, bins);
  mel64(bins, bands);
  for (let band = 0; band < MEL_BANDS; band++) bands[band] = NativeMath.log(bands[band] + 0.000001);
  dct64(bands, out);
}

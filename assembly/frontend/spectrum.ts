import { FRAME, SPECTRUM } from "../generated/memory_map";
import { FRAME_SAMPLES, SPECTRUM_POINTS, SPECTRUM_POINTS_LOG2 } from "../generated/model";
import { COSINES } from "../generated/tables";

/**
 * One frame of int16 samples to magnitudes, float32 [FRAME_SAMPLES / 2 + 1], every operation as in docs/arithmetic.md, 4.
 * The frame's even and odd samples are the real and imaginary parts of a complex transform of half the length, whose result is then split.
 *
 * Real parts are at SPECTRUM, imaginary parts after them; the magnitudes replace the real parts, the last one the first imaginary part.
 */
export function spectrum(): void {
  loadWindowed();
  transform();
  splitToMagnitudes();
}

/** Bytes from the real to the imaginary parts. */
export const IMAGINARY: usize = (<usize>SPECTRUM_POINTS) << 2;
/** Bytes to the middle of the samples, and of their cosines. */
const HALF_SAMPLES: usize = FRAME_SAMPLES;
const HALF_COSINES: usize = (<usize>FRAME_SAMPLES) << 1;
export const QUARTER: i32 = FRAME_SAMPLES >> 2;
export const SAMPLE_SCALE: f32 = 1.0 / 32768.0;

/** cos(2 pi index / FRAME_SAMPLES), 0 <= index <= FRAME_SAMPLES / 2. */
export function cosine(index: i32): f32 {
  return load<f32>(COSINES + ((<usize>index) << 2));
}

/** sin(2 pi index / FRAME_SAMPLES), 0 <= index <= FRAME_SAMPLES / 2. */
export function sine(index: i32): f32 {
  return load<f32>(COSINES + ((<usize>abs(index - QUARTER)) << 2));
}

/** The periodic Hann window, of which this is the cosine. */
export function hann(cosine: f32): f32 {
  const half: f32 = 0.5;
  return half - half * cosine;
}

/** A sample of the frame times the window. */
function windowed(sample: i32, cosine: f32): f32 {
  return f32(sample) * SAMPLE_SCALE * hann(cosine);
}

/** Windowed samples in bit-reversed order, two by two already combined: the first stage of the transform (its factor is 1). */
function loadWindowed(): void {
  const half: usize = SPECTRUM_POINTS >> 1;
  let reversed: usize = 0;
  for (let at: usize = SPECTRUM; at < SPECTRUM + IMAGINARY; at += 8) {
    // Points `reversed` and `reversed + half` of the input meet; point n has samples 2 n and 2 n + 1.
    const samples = FRAME + (reversed << 2);
    const cosines = COSINES + (reversed << 3);
    const evenRe = windowed(load<i16>(samples), load<f32>(cosines));
    const evenIm = windowed(load<i16>(samples, 2), load<f32>(cosines, 4));
    const oddRe = windowed(load<i16>(samples, HALF_SAMPLES), load<f32>(cosines, HALF_COSINES));
    const oddIm = windowed(load<i16>(samples, HALF_SAMPLES + 2), load<f32>(cosines, HALF_COSINES + 4));
    store<f32>(at, evenRe + oddRe);
    store<f32>(at, evenRe - oddRe, 4);
    store<f32>(at, evenIm + oddIm, IMAGINARY);
    store<f32>(at, evenIm - oddIm, IMAGINARY + 4);
    let bit = half >> 1;
    while (bit > 0 && (reversed & bit) != 0) {
      reversed ^= bit;
      bit >>= 1;
    }
    reversed |= bit;
  }
}

/** The other stages, two at a time: fewer loads and stores, the same operations in the same order. */
function transform(): void {
  let size = 2;
  if ((SPECTRUM_POINTS_LOG2 & 1) == 0) {
    combineTwo(size);
    size <<= 1;
  }
  while (size < SPECTRUM_POINTS) {
    combineFour(size);
    size <<= 2;
  }
}

/** Transforms of `size` points, two by two, to transforms of 2 size. */
function combineTwo(size: i32): void {
  const distance = (<usize>size) << 2;
  const step = (FRAME_SAMPLES >> 1) / size;
  for (let k = 0; k < size; k++) {
    const c = cosine(k * step);
    const s = sine(k * step);
    for (let at = SPECTRUM + ((<usize>k) << 2); at < SPECTRUM + IMAGINARY; at += distance << 1) {
      const oddRe = load<f32>(at + distance);
      const oddIm = load<f32>(at + distance + IMAGINARY);
      const tr = c * oddRe + s * oddIm;
      const ti = c * oddIm - s * oddRe;
      const re = load<f32>(at);
      const im = load<f32>(at, IMAGINARY);
      store<f32>(at, re + tr);
      store<f32>(at, im + ti, IMAGINARY);
      store<f32>(at + distance, re - tr);
      store<f32>(at + distance + IMAGINARY, im - ti);
    }
  }
}

/** Transforms of `size` points, four by four, to transforms of 4 size: two stages. */
function combineFour(size: i32): void {
  const distance = (<usize>size) << 2;
  const step = (FRAME_SAMPLES >> 2) / size;
  for (let k = 0; k < size; k++) {
    // The factors of the first points are 1, 1 and -i. Without an FPU what is not multiplied there is a twentieth of the transform.
    const first = k == 0;
    const c1 = cosine(2 * k * step);
    const s1 = sine(2 * k * step);
    const c2 = cosine(k * step);
    const s2 = sine(k * step);
    // (k + size) * step is a quarter turn more than k * step: its sine is the cosine of that.
    const c3 = cosine(k * step + QUARTER);
    const s3 = c2;
    for (let at = SPECTRUM + ((<usize>k) << 2); at < SPECTRUM + IMAGINARY; at += distance << 2) {
      const at1 = at + distance;
      const at2 = at1 + distance;
      const at3 = at2 + distance;

      let re = load<f32>(at1);
      let im = load<f32>(at1, IMAGINARY);
      let tr = first ? re : c1 * re + s1 * im;
      let ti = first ? im : c1 * im - s1 * re;
      re = load<f32>(at);
      im = load<f32>(at, IMAGINARY);
      const aRe = re + tr;
      const aIm = im + ti;
      const bRe = re - tr;
      const bIm = im - ti;

      re = load<f32>(at3);
      im = load<f32>(at3, IMAGINARY);
      tr = first ? re : c1 * re + s1 * im;
      ti = first ? im : c1 * im - s1 * re;
      re = load<f32>(at2);
      im = load<f32>(at2, IMAGINARY);
      const cRe = re + tr;
      const cIm = im + ti;
      const dRe = re - tr;
      const dIm = im - ti;

      tr = first ? cRe : c2 * cRe + s2 * cIm;
      ti = first ? cIm : c2 * cIm - s2 * cRe;
      store<f32>(at, aRe + tr);
      store<f32>(at, aIm + ti, IMAGINARY);
      store<f32>(at2, aRe - tr);
      store<f32>(at2, aIm - ti, IMAGINARY);

      tr = first ? dIm : c3 * dRe + s3 * dIm;
      ti = first ? -dRe : c3 * dIm - s3 * dRe;
      store<f32>(at1, bRe + tr);
      store<f32>(at1, bIm + ti, IMAGINARY);
      store<f32>(at3, bRe - tr);
      store<f32>(at3, bIm - ti, IMAGINARY);
    }
  }
}

/** The transform of the real samples from that of the pairs, and its magnitudes. */
function splitToMagnitudes(): void {
  const half: f32 = 0.5;
  const firstRe = load<f32>(SPECTRUM);
  const firstIm = load<f32>(SPECTRUM, IMAGINARY);
  for (let k = 1; k <= SPECTRUM_POINTS >> 1; k++) {
    const low = SPECTRUM + ((<usize>k) << 2);
    const high = SPECTRUM + ((<usize>(SPECTRUM_POINTS - k)) << 2);
    const c = cosine(k);
    const s = sine(k);
    const lowRe = load<f32>(low);
    const lowIm = load<f32>(low, IMAGINARY);
    const highRe = load<f32>(high);
    const highIm = load<f32>(high, IMAGINARY);
    const er = (lowRe + highRe) * half;
    const ei = (lowIm - highIm) * half;
    const pr = (lowIm + highIm) * half;
    const pi = (highRe - lowRe) * half;
    const tr = c * pr + s * pi;
    const ti = c * pi - s * pr;
    store<f32>(high, sqrt<f32>((er - tr) * (er - tr) + (ei - ti) * (ei - ti)));
    store<f32>(low, sqrt<f32>((er + tr) * (er + tr) + (ei + ti) * (ei + ti)));
  }
  store<f32>(SPECTRUM, abs<f32>(firstRe + firstIm));
  store<f32>(SPECTRUM, abs<f32>(firstRe - firstIm), IMAGINARY);
}

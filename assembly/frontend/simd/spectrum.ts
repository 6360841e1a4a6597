import { FRAME, LAST_TWIDDLES, SPECTRUM, SPECTRUM_SCRATCH, WINDOW } from "../../generated/memory_map";
import { FRAME_SAMPLES, SPECTRUM_POINTS, SPECTRUM_POINTS_LOG2 } from "../../generated/model";
import { COSINES } from "../../generated/tables";
import { cosine, IMAGINARY, QUARTER, SAMPLE_SCALE, sine } from "../spectrum";
import { TWIDDLE_BYTES } from "./tables";

/**
 * The same factors, sums and differences (docs/arithmetic.md, 4) in another order in memory (Stockham's): element k
 * of the transform of every R-th point, beginning with point r, is at [k][r]. So neighbors in memory are different transforms with the same factor, nothing is
 * bit-reversed, and only the last stages, with four transforms left, take four k side by side:
 *
 *     points [512] -> [2][256] -> [8][64] -> [32][16] -> [128][4] -> [512]
 *
 * At least 16 points: the last two stages compute four k at once.
 */
export function spectrum(): void {
  let source = passes() & 1 ? SPECTRUM_SCRATCH : SPECTRUM;
  let target = passes() & 1 ? SPECTRUM : SPECTRUM_SCRATCH;
  loadWindowed(source);
  let size = 2;
  if ((SPECTRUM_POINTS_LOG2 & 1) == 0) {
    combineTwo(source, target, size);
    size = 4;
    const swapped = source;
    source = target;
    target = swapped;
  }
  for (; size < SPECTRUM_POINTS >> 2; size <<= 2) {
    combineFour(source, target, size);
    const swapped = source;
    source = target;
    target = swapped;
  }
  combineLastFour(source, target);
  splitToMagnitudes();
}

/** Passes after the first stage: the last one ends in SPECTRUM. */
function passes(): i32 {
  return SPECTRUM_POINTS_LOG2 >> 1;
}

/** Windowed samples, and the first stage (its factor is 1): points r and r + half meet. */
function loadWindowed(out: usize): void {
  const half: usize = <usize>SPECTRUM_POINTS >> 1;
  for (let point: usize = 0; point < half; point += 4) {
    const low = v128.load(FRAME + (point << 2));
    const high = v128.load(FRAME + ((point + half) << 2));
    const window = WINDOW + (point << 2);
    const lowRe = windowed(i32x4.shr_s(i32x4.shl(low, 16), 16), window);
    const lowIm = windowed(i32x4.shr_s(low, 16), window + IMAGINARY);
    const highRe = windowed(i32x4.shr_s(i32x4.shl(high, 16), 16), window + (half << 2));
    const highIm = windowed(i32x4.shr_s(high, 16), window + (half << 2) + IMAGINARY);
    const at = out + (point << 2);
    v128.store(at, f32x4.add(lowRe, highRe));
    v128.store(at + IMAGINARY, f32x4.add(lowIm, highIm));
    v128.store(at + (half << 2), f32x4.sub(lowRe, highRe));
    v128.store(at + (half << 2) + IMAGINARY, f32x4.sub(lowIm, highIm));
  }
}

function windowed(samples: v128, window: usize): v128 {
  return f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(samples), f32x4.splat(SAMPLE_SCALE)), v128.load(window));
}

/** Transforms of `size` points, two by two, to transforms of 2 size. */
function combineTwo(source: usize, target: usize, size: i32): void {
  const step = (FRAME_SAMPLES >> 1) / size;
  /** Transforms that there will be. */
  const transforms = <usize>((SPECTRUM_POINTS / size) >> 1);
  const row = transforms << 2;
  for (let k = 0; k < size; k++) {
    const c = f32x4.splat(cosine(k * step));
    const s = f32x4.splat(sine(k * step));
    let at = source + 2 * <usize>k * row;
    let out = target + <usize>k * row;
    for (const end = at + row; at < end; at += 16) {
      const oddRe = v128.load(at + row);
      const oddIm = v128.load(at + row + IMAGINARY);
      const tr = f32x4.add(f32x4.mul(c, oddRe), f32x4.mul(s, oddIm));
      const ti = f32x4.sub(f32x4.mul(c, oddIm), f32x4.mul(s, oddRe));
      const re = v128.load(at);
      const im = v128.load(at, IMAGINARY);
      const upper = out + <usize>size * row;
      v128.store(out, f32x4.add(re, tr));
      v128.store(out, f32x4.add(im, ti), IMAGINARY);
      v128.store(upper, f32x4.sub(re, tr));
      v128.store(upper, f32x4.sub(im, ti), IMAGINARY);
      out += 16;
    }
  }
}

/** Transforms of `size` points, four by four, to transforms of 4 size: two stages. At least four are left after it. */
function combineFour(source: usize, target: usize, size: i32): void {
  const step = (FRAME_SAMPLES >> 2) / size;
  const row = <usize>(SPECTRUM_POINTS / size);
  for (let k = 0; k < size; k++) {
    const c1 = f32x4.splat(cosine(2 * k * step));
    const s1 = f32x4.splat(sine(2 * k * step));
    const c2 = f32x4.splat(cosine(k * step));
    const s2 = f32x4.splat(sine(k * step));
    const c3 = f32x4.splat(cosine(k * step + QUARTER));
    let at = source + 4 * <usize>k * row;
    let out = target + <usize>k * row;
    for (const end = at + row; at < end; at += 16) {
      const at1 = at + 2 * row;
      const at2 = at + row;
      const at3 = at + 3 * row;
      combine(
        v128.load(at),
        v128.load(at, IMAGINARY),
        v128.load(at1),
        v128.load(at1, IMAGINARY),
        v128.load(at2),
        v128.load(at2, IMAGINARY),
        v128.load(at3),
        v128.load(at3, IMAGINARY),
        c1,
        s1,
        c2,
        s2,
        c3,
        out,
        <usize>size * row,
      );
      out += 16;
    }
  }
}

/** The last two stages: the four transforms of one k are side by side; four k are transposed into lanes. */
function combineLastFour(source: usize, target: usize): void {
  const size: usize = <usize>SPECTRUM_POINTS >> 2;
  for (let k: usize = 0; k < size; k += 4) {
    const at = source + (k << 4);
    const twiddles = LAST_TWIDDLES + (k << 2);
    const re0 = v128.load(at);
    const re1 = v128.load(at, 16);
    const re2 = v128.load(at, 32);
    const re3 = v128.load(at, 48);
    const im0 = v128.load(at, IMAGINARY);
    const im1 = v128.load(at, IMAGINARY + 16);
    const im2 = v128.load(at, IMAGINARY + 32);
    const im3 = v128.load(at, IMAGINARY + 48);
    // [k][r] to [r][k]: the first two and the last two transforms of two k each.
    const re01 = lowPairs(re0, re1);
    const re23 = lowPairs(re2, re3);
    const reHigh01 = highPairs(re0, re1);
    const reHigh23 = highPairs(re2, re3);
    const im01 = lowPairs(im0, im1);
    const im23 = lowPairs(im2, im3);
    const imHigh01 = highPairs(im0, im1);
    const imHigh23 = highPairs(im2, im3);
    combine(
      lowHalves(re01, re23),
      lowHalves(im01, im23),
      lowHalves(reHigh01, reHigh23),
      lowHalves(imHigh01, imHigh23),
      highHalves(re01, re23),
      highHalves(im01, im23),
      highHalves(reHigh01, reHigh23),
      highHalves(imHigh01, imHigh23),
      v128.load(twiddles),
      v128.load(twiddles + TWIDDLE_BYTES),
      v128.load(twiddles + 2 * TWIDDLE_BYTES),
      v128.load(twiddles + 3 * TWIDDLE_BYTES),
      v128.load(twiddles + 4 * TWIDDLE_BYTES),
      target + (k << 2),
      size << 2,
    );
  }
}

/** a0 b0 a1 b1 */
function lowPairs(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}
/** a2 b2 a3 b3 */
function highPairs(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}
/** a0 a1 b0 b1 */
function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 0, 2);
}
/** a2 a3 b2 b3 */
function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 1, 3);
}

/** Two stages for four elements, as `combineFour` of the scalar transform: results `distance` bytes apart. */
function combine(
  re: v128,
  im: v128,
  re1: v128,
  im1: v128,
  re2: v128,
  im2: v128,
  re3: v128,
  im3: v128,
  c1: v128,
  s1: v128,
  c2: v128,
  s2: v128,
  c3: v128,
  out: usize,
  distance: usize,
): void {
  let tr = f32x4.add(f32x4.mul(c1, re1), f32x4.mul(s1, im1));
  let ti = f32x4.sub(f32x4.mul(c1, im1), f32x4.mul(s1, re1));
  const aRe = f32x4.add(re, tr);
  const aIm = f32x4.add(im, ti);
  const bRe = f32x4.sub(re, tr);
  const bIm = f32x4.sub(im, ti);

  tr = f32x4.add(f32x4.mul(c1, re3), f32x4.mul(s1, im3));
  ti = f32x4.sub(f32x4.mul(c1, im3), f32x4.mul(s1, re3));
  const cRe = f32x4.add(re2, tr);
  const cIm = f32x4.add(im2, ti);
  const dRe = f32x4.sub(re2, tr);
  const dIm = f32x4.sub(im2, ti);

  tr = f32x4.add(f32x4.mul(c2, cRe), f32x4.mul(s2, cIm));
  ti = f32x4.sub(f32x4.mul(c2, cIm), f32x4.mul(s2, cRe));
  const out1 = out + distance;
  const out2 = out1 + distance;
  const out3 = out2 + distance;
  v128.store(out, f32x4.add(aRe, tr));
  v128.store(out, f32x4.add(aIm, ti), IMAGINARY);
  v128.store(out2, f32x4.sub(aRe, tr));
  v128.store(out2, f32x4.sub(aIm, ti), IMAGINARY);

  tr = f32x4.add(f32x4.mul(c3, dRe), f32x4.mul(c2, dIm));
  ti = f32x4.sub(f32x4.mul(c3, dIm), f32x4.mul(c2, dRe));
  v128.store(out1, f32x4.add(bRe, tr));
  v128.store(out1, f32x4.add(bIm, ti), IMAGINARY);
  v128.store(out3, f32x4.sub(bRe, tr));
  v128.store(out3, f32x4.sub(bIm, ti), IMAGINARY);
}

/** The upper half of the bins runs backwards. */
function splitToMagnitudes(): void {
  const half = f32x4.splat(0.5);
  const firstRe = load<f32>(SPECTRUM);
  const firstIm = load<f32>(SPECTRUM, IMAGINARY);
  for (let k: usize = 1; k <= <usize>SPECTRUM_POINTS >> 1; k += 4) {
    const low = SPECTRUM + (k << 2);
    const high = SPECTRUM + ((<usize>SPECTRUM_POINTS - k - 3) << 2);
    const c = v128.load(COSINES + (k << 2));
    const s = backwards(v128.load(COSINES + ((<usize>QUARTER - k - 3) << 2)));
    const lowRe = v128.load(low);
    const lowIm = v128.load(low, IMAGINARY);
    const highRe = backwards(v128.load(high));
    const highIm = backwards(v128.load(high, IMAGINARY));
    const er = f32x4.mul(f32x4.add(lowRe, highRe), half);
    const ei = f32x4.mul(f32x4.sub(lowIm, highIm), half);
    const pr = f32x4.mul(f32x4.add(lowIm, highIm), half);
    const pi = f32x4.mul(f32x4.sub(highRe, lowRe), half);
    const tr = f32x4.add(f32x4.mul(c, pr), f32x4.mul(s, pi));
    const ti = f32x4.sub(f32x4.mul(c, pi), f32x4.mul(s, pr));
    v128.store(high, backwards(magnitude(f32x4.sub(er, tr), f32x4.sub(ei, ti))));
    v128.store(low, magnitude(f32x4.add(er, tr), f32x4.add(ei, ti)));
  }
  store<f32>(SPECTRUM, abs<f32>(firstRe + firstIm));
  store<f32>(SPECTRUM, abs<f32>(firstRe - firstIm), IMAGINARY);
}

function magnitude(re: v128, im: v128): v128 {
  return f32x4.sqrt(f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im)));
}

function backwards(a: v128): v128 {
  return v128.shuffle<i32>(a, a, 3, 2, 1, 0);
}

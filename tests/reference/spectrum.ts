import { cosineTable } from "./cosine_table.js";
import { f32 } from "./rounding.js";

/** float32 [N] each. */
interface Complex {
  re: Float32Array;
  im: Float32Array;
}

/**
 * Magnitudes of one frame (docs/arithmetic.md, section 4, steps 1 to 3): int16 [F] to float32 [F/2 + 1], F a power of two.
 * Hann window, complex FFT of F/2 points over the even and odd samples, split.
 */
export function magnitudeSpectrum(frame: Int16Array): Float32Array {
  const table = cosineTable(frame.length);
  const x = windowed(frame, table);
  const half = frame.length / 2;
  const z = transform({ re: x.filter((_, n) => n % 2 === 0), im: x.filter((_, n) => n % 2 === 1) }, table);
  const magnitude = new Float32Array(half + 1);
  magnitude[0] = Math.abs(f32(z.re[0]! + z.im[0]!));
  magnitude[half] = Math.abs(f32(z.re[0]! - z.im[0]!));
  for (let k = 1; k <= half / 2; k++) split(z, k, table, magnitude);
  return magnitude;
}

/** x[n] = y[n] * (1/32768) * w[n], the periodic Hann window w from the table. */
function windowed(frame: Int16Array, table: Float32Array): Float32Array {
  const length = frame.length;
  return Float32Array.from(frame, (y, n) => {
    const cosine = table[n <= length / 2 ? n : length - n]!;
    const window = f32(0.5 - f32(0.5 * cosine));
    return f32(f32(y * (1 / 32768)) * window);
  });
}

/** Radix 2, decimation in time. `table` is one half turn of cosines; its resolution may be finer than the transform. */
function transform(z: Complex, table: Float32Array): Complex {
  const length = z.re.length;
  if (length === 1) return z;
  const even = transform(everyOther(z, 0), table);
  const odd = transform(everyOther(z, 1), table);
  const result = { re: new Float32Array(length), im: new Float32Array(length) };
  const period = 2 * (table.length - 1);
  for (let k = 0; k < length / 2; k++) {
    const [c, s] = cosineAndSine(table, (k * period) / length);
    const [er, ei, or, oi] = [even.re[k]!, even.im[k]!, odd.re[k]!, odd.im[k]!];
    const tr = f32(f32(c * or) + f32(s * oi));
    const ti = f32(f32(c * oi) - f32(s * or));
    result.re[k] = f32(er + tr);
    result.im[k] = f32(ei + ti);
    result.re[k + length / 2] = f32(er - tr);
    result.im[k + length / 2] = f32(ei - ti);
  }
  return result;
}

function everyOther(z: Complex, first: 0 | 1): Complex {
  const half = { re: new Float32Array(z.re.length / 2), im: new Float32Array(z.im.length / 2) };
  for (let n = 0; n < half.re.length; n++) {
    half.re[n] = z.re[2 * n + first]!;
    half.im[n] = z.im[2 * n + first]!;
  }
  return half;
}

/** cos and sin of 2 pi j / period for 0 <= j <= period / 2; the sine is the cosine a quarter away. */
function cosineAndSine(table: Float32Array, j: number): [number, number] {
  const quarter = (table.length - 1) / 2;
  return [table[j]!, table[Math.abs(j - quarter)]!];
}

/** Bins k and half - k of the real signal from the packed transform. */
function split(z: Complex, k: number, table: Float32Array, magnitude: Float32Array): void {
  const half = z.re.length;
  const m = half - k;
  const [c, s] = cosineAndSine(table, k);
  const er = f32(f32(z.re[k]! + z.re[m]!) * 0.5);
  const ei = f32(f32(z.im[k]! - z.im[m]!) * 0.5);
  const pr = f32(f32(z.im[k]! + z.im[m]!) * 0.5);
  const pi = f32(f32(z.re[m]! - z.re[k]!) * 0.5);
  const tr = f32(f32(c * pr) + f32(s * pi));
  const ti = f32(f32(c * pi) - f32(s * pr));
  magnitude[m] = absolute(f32(er - tr), f32(ei - ti));
  magnitude[k] = absolute(f32(er + tr), f32(ei + ti));
}

function absolute(re: number, im: number): number {
  return f32(Math.sqrt(f32(f32(re * re) + f32(im * im))));
}

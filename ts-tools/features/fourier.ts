/** Magnitudes of the Fourier transform of real frames, in float64. */

/** A transform of `size` points, an even number; it is fast if the odd factor of that is small. */
export class Fourier {
  readonly size: number;
  /** Of the transform that is computed: samples 2n and 2n + 1 are the real and the imaginary part of its element n. */
  readonly #points: number;
  /** The odd factor of its points. */
  readonly #odd: number;
  /** Of 2 pi k / size. */
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  /** Which element each place begins with: blocks of the odd factor, their order bit-reversed. */
  readonly #order: Uint32Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.#points = size / 2;
    this.#odd = this.#points;
    while (this.#odd % 2 === 0) this.#odd /= 2;
    this.#cosines = Float64Array.from({ length: size }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.#sines = Float64Array.from({ length: size }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
    const blocks = this.#points / this.#odd;
    const reversed = new Uint32Array(blocks);
    for (let k = 1; k < blocks; k++) reversed[k] = (reversed[k >> 1]! >> 1) | (k & 1 ? blocks >> 1 : 0);
    this.#order = Uint32Array.from({ length: this.#points }, (_, n) => reversed[Math.floor(n / this.#odd)]! + (n % this.#odd) * blocks);
    this.#re = new Float64Array(this.#points);
    this.#im = new Float64Array(this.#points);
  }

  /** Of a frame of at most `size` samples, with zeros after it: writes size/2 + 1 magnitudes to `out`. */
  magnitudes(frame: Float64Array, out: Float64Array): void {
    const [re, im, order, points] = [this.#re, this.#im, this.#order, this.#points];
    for (let n = 0; n < points; n++) {
      const sample = 2 * order[n]!;
      re[n] = sample < frame.length ? frame[sample]! : 0;
      im[n] = sample + 1 < frame.length ? frame[sample + 1]! : 0;
    }
    if (this.#odd > 1) for (let first = 0; first < points; first += this.#odd) this.#transformBlock(first);
    for (let half = this.#odd; half < points; half *= 2) this.#combine(half);
    this.#separate(out);
  }

  /** The transform of the odd factor, as it is defined. */
  #transformBlock(first: number): void {
    const odd = this.#odd;
    const re = this.#re.slice(first, first + odd);
    const im = this.#im.slice(first, first + odd);
    for (let k = 0; k < odd; k++) {
      let [sumRe, sumIm] = [0, 0];
      for (let n = 0; n < odd; n++) {
        const turn = ((n * k) % odd) * (this.size / odd);
        const c = this.#cosines[turn]!;
        const s = this.#sines[turn]!;
        sumRe += re[n]! * c - im[n]! * s;
        sumIm += re[n]! * s + im[n]! * c;
      }
      this.#re[first + k] = sumRe;
      this.#im[first + k] = sumIm;
    }
  }

  /** Joins transforms of `half` points in pairs. */
  #combine(half: number): void {
    const [re, im, cosines, sines, points] = [this.#re, this.#im, this.#cosines, this.#sines, this.#points];
    const step = this.size / (2 * half);
    for (let first = 0; first < points; first += 2 * half) {
      for (let k = 0; k < half; k++) {
        const c = cosines[k * step]!;
        const s = sines[k * step]!;
        const even = first + k;
        const odd = even + half;
        const tr = re[odd]! * c - im[odd]! * s;
        const ti = re[odd]! * s + im[odd]! * c;
        re[odd] = re[even]! - tr;
        im[odd] = im[even]! - ti;
        re[even]! += tr;
        im[even]! += ti;
      }
    }
  }

  /** From the transform Z of the pairs to that of the frame: with Z* the conjugate of Z[points - k], (Z + Z*)/2 - i (Z - Z*)/2 exp(-2 pi i k / size). */
  #separate(out: Float64Array): void {
    const [re, im, points] = [this.#re, this.#im, this.#points];
    for (let k = 0; k <= points; k++) {
      const at = k < points ? k : 0;
      const mirrored = k > 0 ? points - k : 0;
      const evenRe = (re[at]! + re[mirrored]!) / 2;
      const evenIm = (im[at]! - im[mirrored]!) / 2;
      const oddRe = (im[at]! + im[mirrored]!) / 2;
      const oddIm = (re[mirrored]! - re[at]!) / 2;
      const c = k < points ? this.#cosines[k]! : -1;
      const s = k < points ? this.#sines[k]! : 0;
      const x = evenRe + oddRe * c - oddIm * s;
      const y = evenIm + oddRe * s + oddIm * c;
      out[k] = Math.sqrt(x * x + y * y);
    }
  }
}

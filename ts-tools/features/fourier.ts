/** Magnitudes of the Fourier transform of real frames, in float64. */

/** A transform of `size` points, a power of two. */
export class Fourier {
  readonly size: number;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #reversed: Uint32Array;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.#cosines = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.#sines = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
    this.#reversed = new Uint32Array(size);
    for (let k = 1; k < size; k++) this.#reversed[k] = (this.#reversed[k >> 1]! >> 1) | (k & 1 ? size >> 1 : 0);
    this.#re = new Float64Array(size);
    this.#im = new Float64Array(size);
  }

  /** Of a frame of at most `size` samples, with zeros after it: writes size/2 + 1 magnitudes to `out`. */
  magnitudes(frame: Float64Array, out: Float64Array): void {
    const [re, im] = [this.#re, this.#im];
    im.fill(0);
    for (let n = 0; n < this.size; n++) re[this.#reversed[n]!] = n < frame.length ? frame[n]! : 0;
    for (let half = 1; half < this.size; half *= 2) this.#combine(re, im, half);
    for (let k = 0; k <= this.size / 2; k++) out[k] = Math.sqrt(re[k]! * re[k]! + im[k]! * im[k]!);
  }

  /** Joins transforms of `half` points in pairs. */
  #combine(re: Float64Array, im: Float64Array, half: number): void {
    const step = this.size / (2 * half);
    for (let first = 0; first < this.size; first += 2 * half) {
      for (let k = 0; k < half; k++) {
        const c = this.#cosines[k * step]!;
        const s = this.#sines[k * step]!;
        const [even, odd] = [first + k, first + k + half];
        const tr = re[odd]! * c - im[odd]! * s;
        const ti = re[odd]! * s + im[odd]! * c;
        re[odd] = re[even]! - tr;
        im[odd] = im[even]! - ti;
        re[even]! += tr;
        im[even]! += ti;
      }
    }
  }
}

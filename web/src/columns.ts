/** What is drawn of a sound: a column for each frame (16 ms), or for several of them in a long file. */

/** Mel bands of a frame. */
export const BANDS = 128;

/** Milliseconds from one frame to the next. */
export const FRAME_MS = 16;

/** Parts of a column in the waveform. */
export const PARTS = 4;

/** Lowest and highest sample, full scale 1. */
export type Peak = readonly [low: number, high: number];

/** Log mel energies that are drawn as the darkest and the brightest color; digital silence is -13.8. */
const DARKEST = -8;
const BRIGHTEST = 3.5;

/** Columns one after another, to be sent to another thread. */
export interface ColumnBatch {
  count: number;
  /** uint8 [count][BANDS], low bands first: 0 is DARKEST, 255 is BRIGHTEST. */
  mel: Uint8Array;
  /** float32 [count][PARTS][2]: lowest and highest sample of each part. */
  peaks: Float32Array;
  /** uint8 [count]: 1 where somebody speaks. */
  speaking: Uint8Array;
}

/** Makes columns of frames; of several frames a column has the largest energies and the extreme samples. */
export class ColumnBuilder {
  readonly #stride: number;
  readonly #mel = new Uint8Array(BANDS);
  readonly #peaks = new Float32Array(PARTS * 2);
  #done: { mel: Uint8Array; peaks: Float32Array; speaking: number }[] = [];
  #frames = 0;
  #speaking = 0;

  /** `stride`: frames of a column. */
  constructor(stride: number) {
    this.#stride = stride;
  }

  /** `mel`: float32 [BANDS]; `peaks`: of the PARTS parts of the frame's hop. */
  add(mel: Float32Array, speaking: boolean, peaks: readonly Peak[]): void {
    for (let band = 0; band < BANDS; band++) {
      const level = Math.round((255 * (mel[band]! - DARKEST)) / (BRIGHTEST - DARKEST));
      this.#mel[band] = Math.max(this.#mel[band]!, Math.min(255, Math.max(0, level)));
    }
    for (const [index, [low, high]] of peaks.entries()) {
      const part = Math.floor((this.#frames * PARTS + index) / this.#stride);
      this.#peaks[part * 2] = Math.min(this.#peaks[part * 2]!, low);
      this.#peaks[part * 2 + 1] = Math.max(this.#peaks[part * 2 + 1]!, high);
    }
    if (speaking) this.#speaking = 1;
    if (++this.#frames === this.#stride) this.#finishColumn();
  }

  /** The columns that were finished since the last call. */
  take(): ColumnBatch {
    const done = this.#done;
    this.#done = [];
    const batch = {
      count: done.length,
      mel: new Uint8Array(done.length * BANDS),
      peaks: new Float32Array(done.length * PARTS * 2),
      speaking: new Uint8Array(done.length),
    };
    for (const [index, { mel, peaks, speaking }] of done.entries()) {
      batch.mel.set(mel, index * BANDS);
      batch.peaks.set(peaks, index * PARTS * 2);
      batch.speaking[index] = speaking;
    }
    return batch;
  }

  #finishColumn(): void {
    this.#done.push({ mel: this.#mel.slice(), peaks: this.#peaks.slice(), speaking: this.#speaking });
    this.#mel.fill(0);
    this.#frames = 0;
    this.#peaks.fill(0);
    this.#speaking = 0;
  }
}

/** The newest columns of a sound: a ring, so that hours of sound take the memory of its capacity. */
export class Columns {
  readonly capacity: number;
  readonly msPerColumn: number;
  /** uint8 [capacity][BANDS], float32 [capacity][PARTS][2], uint8 [capacity]: column c is at c % capacity. */
  readonly mel: Uint8Array;
  readonly peaks: Float32Array;
  readonly speaking: Uint8Array;
  #count = 0;

  constructor(capacity: number, msPerColumn: number) {
    this.capacity = capacity;
    this.msPerColumn = msPerColumn;
    this.mel = new Uint8Array(capacity * BANDS);
    this.peaks = new Float32Array(capacity * PARTS * 2);
    this.speaking = new Uint8Array(capacity);
  }

  /** Columns so far, those that were overwritten too. */
  get count(): number {
    return this.#count;
  }

  /** The oldest column that is still there. */
  get first(): number {
    return Math.max(0, this.#count - this.capacity);
  }

  append({ count, mel, peaks, speaking }: ColumnBatch): void {
    for (let index = 0; index < count; index++) {
      const place = this.#count++ % this.capacity;
      this.mel.set(mel.subarray(index * BANDS, (index + 1) * BANDS), place * BANDS);
      this.peaks.set(peaks.subarray(index * PARTS * 2, (index + 1) * PARTS * 2), place * PARTS * 2);
      this.speaking[place] = speaking[index]!;
    }
  }
}

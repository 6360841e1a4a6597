/** What is drawn of a sound: a column for each frame (16 ms), or for several of them in a long file. */

/** Mel bands of a frame. */
export const BANDS = 128;

/** Milliseconds from one frame to the next. */
export const FRAME_MS = 16;

/** Log mel energies that are drawn as the darkest and the brightest color: silence is -13.8. */
const DARKEST = -12;
const BRIGHTEST = 2;

/** Columns one after another, to be sent to another thread. */
export interface ColumnBatch {
  count: number;
  /** uint8 [count][BANDS], low bands first: 0 is DARKEST, 255 is BRIGHTEST. */
  mel: Uint8Array;
  /** float32 [count][2]: lowest and highest sample, full scale 1. */
  peaks: Float32Array;
  /** uint8 [count]: 1 where somebody speaks. */
  speaking: Uint8Array;
}

/** Makes columns of frames; of several frames a column has the largest energies and the extreme samples. */
export class ColumnBuilder {
  readonly #stride: number;
  readonly #mel = new Uint8Array(BANDS);
  #done: { mel: Uint8Array; low: number; high: number; speaking: number }[] = [];
  #frames = 0;
  #low = 0;
  #high = 0;
  #speaking = 0;

  /** `stride`: frames of a column. */
  constructor(stride: number) {
    this.#stride = stride;
  }

  /** `mel`: float32 [BANDS]; `low` and `high`: the extreme samples of the frame's hop. */
  add(mel: Float32Array, speaking: boolean, low: number, high: number): void {
    for (let band = 0; band < BANDS; band++) {
      const level = Math.round((255 * (mel[band]! - DARKEST)) / (BRIGHTEST - DARKEST));
      this.#mel[band] = Math.max(this.#mel[band]!, Math.min(255, Math.max(0, level)));
    }
    this.#low = Math.min(this.#low, low);
    this.#high = Math.max(this.#high, high);
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
      peaks: new Float32Array(done.length * 2),
      speaking: new Uint8Array(done.length),
    };
    for (const [index, { mel, low, high, speaking }] of done.entries()) {
      batch.mel.set(mel, index * BANDS);
      batch.peaks.set([low, high], index * 2);
      batch.speaking[index] = speaking;
    }
    return batch;
  }

  #finishColumn(): void {
    this.#done.push({ mel: this.#mel.slice(), low: this.#low, high: this.#high, speaking: this.#speaking });
    this.#mel.fill(0);
    this.#frames = 0;
    this.#low = 0;
    this.#high = 0;
    this.#speaking = 0;
  }
}

/** The newest columns of a sound: a ring, so that hours of sound take the memory of its capacity. */
export class Columns {
  readonly capacity: number;
  readonly msPerColumn: number;
  /** uint8 [capacity][BANDS], float32 [capacity][2], uint8 [capacity]: column c is at c % capacity. */
  readonly mel: Uint8Array;
  readonly peaks: Float32Array;
  readonly speaking: Uint8Array;
  #count = 0;

  constructor(capacity: number, msPerColumn: number) {
    this.capacity = capacity;
    this.msPerColumn = msPerColumn;
    this.mel = new Uint8Array(capacity * BANDS);
    this.peaks = new Float32Array(capacity * 2);
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
      this.peaks.set(peaks.subarray(index * 2, index * 2 + 2), place * 2);
      this.speaking[place] = speaking[index]!;
    }
  }
}

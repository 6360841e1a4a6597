/** Cuts bytes that come in any pieces into whole frames (a sample of every channel). */
export class WholeFrames {
  readonly #frameBytes: number;
  readonly #sink: (bytes: Uint8Array) => void;
  /** The first bytes of an incomplete frame. */
  readonly #rest: Uint8Array;
  #restLength = 0;

  /** `sink` gets whole frames, in the caller's own memory where possible; valid only during the call. */
  constructor(frameBytes: number, sink: (bytes: Uint8Array) => void) {
    this.#frameBytes = frameBytes;
    this.#sink = sink;
    this.#rest = new Uint8Array(frameBytes);
  }

  /** Whether the first bytes of a frame have come, but not the others. */
  get incomplete(): boolean {
    return this.#restLength > 0;
  }

  push(bytes: Uint8Array): void {
    let begin = 0;
    if (this.#restLength > 0) {
      begin = Math.min(bytes.length, this.#frameBytes - this.#restLength);
      this.#rest.set(bytes.subarray(0, begin), this.#restLength);
      this.#restLength += begin;
      if (this.#restLength < this.#frameBytes) return;
      this.#restLength = 0;
      this.#sink(this.#rest);
    }
    const end = bytes.length - ((bytes.length - begin) % this.#frameBytes);
    this.#restLength = bytes.length - end;
    this.#rest.set(bytes.subarray(end));
    if (end > begin) this.#sink(bytes.subarray(begin, end));
  }
}

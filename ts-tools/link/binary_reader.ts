/** Reads the numbers of a WebAssembly binary one after the other. */
export class BinaryReader {
  constructor(
    readonly bytes: Uint8Array,
    public position = 0,
    readonly end = bytes.length,
  ) {}

  get done(): boolean {
    return this.position >= this.end;
  }

  byte(): number {
    if (this.done) throw new Error("the module ends in the middle of a section: it is truncated or damaged; build it again");
    return this.bytes[this.position++]!;
  }

  skip(count: number): void {
    this.position = Math.min(this.end, this.position + count);
  }

  /** An unsigned LEB128 number below 2^53. A signed one is as long: whoever only skips a number may read it with this. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** A signed LEB128 number (exact up to 2^53). */
  signed(): number {
    const begin = this.position;
    const value = this.unsigned();
    const range = 128 ** (this.position - begin);
    return value < range / 2 ? value : value - range;
  }

  text(): string {
    const length = this.unsigned();
    const begin = this.position;
    this.skip(length);
    return new TextDecoder().decode(this.bytes.subarray(begin, this.position));
  }
}

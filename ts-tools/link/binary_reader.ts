/** Reads the numbers of a WebAssembly binary one after the other. */
export class BinaryReader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  byte(): number {
    if (this.done) throw new Error("the module ends in the middle of a section; it is truncated or no WebAssembly");
    return this.bytes[this.position++]!;
  }

  skip(count: number): void {
    if (count < 0 || this.position + count > this.end) this.position = this.end;
    else this.position += count;
  }

  /** An unsigned LEB128 number below 2^53. */
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
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return byte & 64 ? value - 128 * scale : value;
    }
  }

  text(): string {
    const length = this.unsigned();
    const begin = this.position;
    this.skip(length);
    return new TextDecoder().decode(this.bytes.subarray(begin, this.position));
  }
}

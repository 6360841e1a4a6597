/** Writes little-endian numbers one after another, without alignment. */

export class ByteWriter {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private position = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  uint32(value: number): void {
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  int32s(values: Int32Array): void {
    for (const value of values) {
      this.view.setInt32(this.position, value, true);
      this.position += 4;
    }
  }

  int8s(values: Int8Array): void {
    this.uint8s(new Uint8Array(values.buffer, values.byteOffset, values.length));
  }

  uint8s(values: Uint8Array): void {
    this.bytes.set(values, this.position);
    this.position += values.length;
  }
}

/** Reads what ByteWriter wrote. The caller has checked the length; arrays are copies. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private position = 0;

  constructor(bytes: Uint8Array) {
    // A plain view: slicing a Node Buffer does not copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  uint32(): number {
    this.position += 4;
    return this.view.getUint32(this.position - 4, true);
  }

  int32s(count: number): Int32Array {
    const start = this.position;
    this.position += 4 * count;
    return Int32Array.from({ length: count }, (_, i) => this.view.getInt32(start + 4 * i, true));
  }

  int8s(count: number): Int8Array {
    return new Int8Array(this.uint8s(count).buffer);
  }

  uint8s(count: number): Uint8Array {
    this.position += count;
    return this.bytes.slice(this.position - count, this.position);
  }
}

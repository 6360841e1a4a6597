/**
 * FlatBuffers tables on top of the library's ByteBuffer. Every offset is checked against the file first: the library reads zeros past the end,
 * and a damaged file would pass for a model.
 */

import { ByteBuffer } from "flatbuffers";

/** An offset in the file points outside the file. */
export class FlatbufferError extends Error {
  override name = "FlatbufferError";
}

/** The root table of a file. */
export function rootTable(bytes: Uint8Array): Table {
  const buffer = new ByteBuffer(bytes);
  requireRange(buffer, 0, 4);
  return new Table(buffer, buffer.readUint32(0));
}

/**
 * A table. Fields are named by their id, the order in which the schema declares them; a field that is not there has the schema's default.
 * https://flatbuffers.dev/internals/
 */
export class Table {
  private readonly vtable: number;
  private readonly vtableSize: number;

  constructor(
    private readonly buffer: ByteBuffer,
    private readonly position: number,
  ) {
    requireRange(buffer, position, 4);
    this.vtable = position - buffer.readInt32(position);
    requireRange(buffer, this.vtable, 4);
    this.vtableSize = buffer.readUint16(this.vtable);
    requireRange(buffer, this.vtable, this.vtableSize);
  }

  has(field: number): boolean {
    return this.fieldPosition(field, 1) !== undefined;
  }

  int8(field: number, missing = 0): number {
    const at = this.fieldPosition(field, 1);
    return at === undefined ? missing : this.buffer.readInt8(at);
  }

  uint8(field: number, missing = 0): number {
    const at = this.fieldPosition(field, 1);
    return at === undefined ? missing : this.buffer.readUint8(at);
  }

  int32(field: number, missing = 0): number {
    const at = this.fieldPosition(field, 4);
    return at === undefined ? missing : this.buffer.readInt32(at);
  }

  uint32(field: number, missing = 0): number {
    const at = this.fieldPosition(field, 4);
    return at === undefined ? missing : this.buffer.readUint32(at);
  }

  float32(field: number, missing = 0): number {
    const at = this.fieldPosition(field, 4);
    return at === undefined ? missing : this.buffer.readFloat32(at);
  }

  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field));
  }

  table(field: number): Table | undefined {
    const at = this.fieldPosition(field, 4);
    return at === undefined ? undefined : new Table(this.buffer, this.buffer.__indirect(at));
  }

  tables(field: number): Table[] {
    const { start, length } = this.vector(field, 4);
    return Array.from({ length }, (_, i) => new Table(this.buffer, this.buffer.__indirect(start + 4 * i)));
  }

  int32s(field: number): number[] {
    const { start, length } = this.vector(field, 4);
    return Array.from({ length }, (_, i) => this.buffer.readInt32(start + 4 * i));
  }

  /** A copy of a vector of bytes, so that it is aligned for any typed array. */
  bytes(field: number): Uint8Array {
    const { start, length } = this.vector(field, 1);
    return new Uint8Array(this.buffer.bytes().subarray(start, start + length));
  }

  private vector(field: number, elementBytes: number): { start: number; length: number } {
    const at = this.fieldPosition(field, 4);
    if (at === undefined) return { start: 0, length: 0 };
    const vector = this.buffer.__indirect(at);
    requireRange(this.buffer, vector, 4);
    const length = this.buffer.readUint32(vector);
    requireRange(this.buffer, vector + 4, length * elementBytes);
    return { start: vector + 4, length };
  }

  /** The field's offset; undefined when the table leaves it out. */
  private fieldPosition(field: number, bytes: number): number | undefined {
    const entry = 4 + 2 * field; // after the sizes of vtable and table
    const offset = entry + 2 <= this.vtableSize ? this.buffer.readUint16(this.vtable + entry) : 0;
    if (offset === 0) return undefined;
    requireRange(this.buffer, this.position + offset, bytes);
    return this.position + offset;
  }
}

function requireRange(buffer: ByteBuffer, start: number, bytes: number): void {
  if (start >= 0 && start + bytes <= buffer.capacity()) return;
  throw new FlatbufferError(`an offset points to ${bytes} bytes at ${start}, and the file has ${buffer.capacity()}`);
}

/**
 * Protocol buffers as bytes on the wire: a message is a list of fields, each a number and a value. Fields of messages inside are decoded on demand,
 * so that only what is used is read, and a file cannot nest its reader to death. https://protobuf.dev/programming-guides/encoding/
 */

/** The bytes are not a message. */
export class ProtobufError extends Error {
  override name = "ProtobufError";
}

/** Where a value is; a varint's value itself. */
interface Field {
  wireType: number;
  begin: number;
  end: number;
  varint: number;
}

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

export class ProtobufMessage {
  private readonly fields = new Map<number, Field[]>();
  private readonly view: DataView;

  constructor(private readonly data: Uint8Array) {
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const reader = new Varints(data, 0);
    while (reader.at < data.length) {
      const tag = reader.next();
      const field = readField(reader, tag % 8, data.length);
      const number = Math.floor(tag / 8);
      const fields = this.fields.get(number);
      if (fields === undefined) this.fields.set(number, [field]);
      else fields.push(field);
    }
  }

  /** An integer or enumeration, 0 when it is not there; of several, the last one counts. */
  integer(field: number): number {
    return this.all(field, VARINT).at(-1)?.varint ?? 0;
  }

  /** A repeated integer, packed or not. */
  integers(field: number): number[] {
    const values: number[] = [];
    for (const { wireType, varint, begin, end } of this.all(field, VARINT, BYTES)) {
      if (wireType === VARINT) values.push(varint);
      else for (const reader = new Varints(this.data.subarray(0, end), begin); reader.at < end; ) values.push(reader.next());
    }
    return values;
  }

  float(field: number): number {
    const last = this.all(field, FIXED_32).at(-1);
    return last === undefined ? 0 : this.view.getFloat32(last.begin, true);
  }

  /** The bytes of a repeated float (or, with `bytesPerValue` 8, double), packed or not, one value after the other. */
  fixedBytes(field: number, bytesPerValue: 4 | 8): Uint8Array {
    const pieces = this.all(field, bytesPerValue === 4 ? FIXED_32 : FIXED_64, BYTES);
    const whole = new Uint8Array(pieces.reduce((sum, { begin, end }) => sum + end - begin, 0));
    let offset = 0;
    for (const { begin, end } of pieces) {
      whole.set(this.data.subarray(begin, end), offset);
      offset += end - begin;
    }
    return whole;
  }

  /** A view of the file's bytes, not a copy. */
  bytes(field: number): Uint8Array {
    return this.allBytes(field).at(-1) ?? new Uint8Array();
  }

  has(field: number): boolean {
    return this.fields.has(field);
  }

  text(field: number): string {
    return decodeText(this.bytes(field));
  }

  texts(field: number): string[] {
    return this.allBytes(field).map(decodeText);
  }

  message(field: number): ProtobufMessage | undefined {
    return this.messages(field).at(-1);
  }

  messages(field: number): ProtobufMessage[] {
    return this.allBytes(field).map((bytes) => new ProtobufMessage(bytes));
  }

  private allBytes(field: number): Uint8Array[] {
    return this.all(field, BYTES).map(({ begin, end }) => this.data.subarray(begin, end));
  }

  private all(field: number, ...wireTypes: readonly number[]): Field[] {
    const fields = this.fields.get(field) ?? [];
    const stray = fields.find(({ wireType }) => !wireTypes.includes(wireType));
    if (stray !== undefined) throw new ProtobufError(`field ${field} has the wire type ${stray.wireType}, not ${wireTypes.join(" or ")}`);
    return fields;
  }
}

function readField(reader: Varints, wireType: number, length: number): Field {
  const begin = reader.at;
  switch (wireType) {
    case VARINT: {
      const varint = reader.next();
      return { wireType, begin, end: reader.at, varint };
    }
    case FIXED_64:
      return skip(reader, wireType, 8, length);
    case BYTES:
      return skip(reader, wireType, reader.next(), length);
    case FIXED_32:
      return skip(reader, wireType, 4, length);
    default:
      throw new ProtobufError(`the wire type ${wireType} at ${begin} is unknown`);
  }
}

function skip(reader: Varints, wireType: number, bytes: number, length: number): Field {
  const begin = reader.at;
  if (bytes < 0 || begin + bytes > length) throw new ProtobufError(`a field of ${bytes} bytes at ${begin}, and there are ${length}`);
  reader.at = begin + bytes;
  return { wireType, begin, end: reader.at, varint: 0 };
}

/** Integers of 7 bits a byte, the lowest first. */
class Varints {
  constructor(
    private readonly data: Uint8Array,
    /** Where the next one begins. */
    public at: number,
  ) {}

  /** Of a signed 64-bit integer; above 2^53 it is rounded. */
  next(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 7; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    let large = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      large |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, large));
    }
    throw new ProtobufError(`an integer of more than ten bytes before ${this.at}`);
  }

  private byte(): number {
    const byte = this.data[this.at];
    if (byte === undefined) throw new ProtobufError("the bytes end inside an integer");
    this.at++;
    return byte;
  }
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

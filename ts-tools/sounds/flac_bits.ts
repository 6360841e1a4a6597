/** A frame goes on after the bytes that are there. */
export class OutOfBytes extends Error {}

/** Reads bits, the highest of each byte first, as FLAC writes them. */
export class FlacBits {
  readonly #bytes: Uint8Array;
  /** Bits from the beginning. */
  #at: number;

  constructor(bytes: Uint8Array, byteOffset: number) {
    this.#bytes = bytes;
    this.#at = 8 * byteOffset;
  }

  /** The next byte of which nothing was read. */
  get byteOffset(): number {
    return (this.#at + 7) >> 3;
  }

  /** An unsigned number of up to 33 bits. */
  read(count: number): number {
    if (this.#at + count > 8 * this.#bytes.length) throw new OutOfBytes();
    let value = 0;
    for (let left = count; left > 0; ) {
      const free = 8 - (this.#at & 7);
      const taken = Math.min(free, left);
      value = value * (1 << taken) + ((this.#bytes[this.#at >> 3]! >> (free - taken)) & ((1 << taken) - 1));
      this.#at += taken;
      left -= taken;
    }
    return value;
  }

  /** A number of up to 33 bits in two's complement. */
  readSigned(count: number): number {
    if (count === 0) return 0;
    const value = this.read(count);
    return value < 2 ** (count - 1) ? value : value - 2 ** count;
  }

  /** The number of zeros before the next one, which is read, too. */
  readUnary(): number {
    for (let zeros = 0; ; ) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new OutOfBytes();
      const free = 8 - (this.#at & 7);
      const rest = byte & (0xff >> (8 - free));
      if (rest !== 0) {
        const here = Math.clz32(rest) - (32 - free);
        this.#at += here + 1;
        return zeros + here;
      }
      zeros += free;
      this.#at += free;
    }
  }
}

/** A table of the remainders of all bytes for a CRC of `bits` bits. */
function crcTable(bits: number, polynomial: number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (bits - 8);
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & (1 << (bits - 1)) ? polynomial : 0);
    return crc & (2 ** bits - 1);
  });
}

const CRC8 = crcTable(8, 0x07);
const CRC16 = crcTable(16, 0x8005);

/** The checksum of a frame's header; 0 if its own checksum is among the bytes. */
export function crc8(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = CRC8[crc ^ bytes[at]!]!;
  return crc;
}

/** The checksum of a frame; 0 if its own checksum is among the bytes. */
export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ bytes[at]!]!;
  return crc;
}

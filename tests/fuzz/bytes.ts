/** Damage to bytes as copying, cutting, hostile hands and bad memory do it. */
import type { Random } from "../support/random.js";

/** A range of positions, the end not included. */
export type Range = readonly [begin: number, end: number];

export interface Damage {
  /** Another file, parts of which are put in. */
  other?: Uint8Array;
  /** Where the structure is: most changes are made there, the rest anywhere. */
  structure?: readonly Range[];
}

const EDGES = [0, 1, 2, 3, 4, 7, 8, 16, 32, 64, 100, 127, 128, 255, 256, 1000, 1024, 4096, 32767, 32768, 65535, 65536];
const EDGES_32 = [...EDGES, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x10000000, 0x40000000, 1e6, 1e9];
const EDGES_64 = [...EDGES_32.map(BigInt), 2n ** 32n, 2n ** 40n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(0, values.length - 1)]!;
}

/** A few changes, mostly one or two. */
export function damage(random: Random, bytes: Uint8Array, how: Damage = {}): Uint8Array {
  let damaged: Uint8Array = Uint8Array.from(bytes);
  do damaged = change(random, damaged, how);
  while (random.unit() < 0.5);
  return damaged;
}

type Change = (random: Random, bytes: Uint8Array, at: number, how: Damage) => Uint8Array;

/** In place, and of the same length. */
const INSIDE: readonly Change[] = [
  (random, bytes, at) => with_(bytes, () => (bytes[at] = bytes[at]! ^ (1 << random.integer(0, 7)))),
  (random, bytes, at) => with_(bytes, () => (bytes[at] = random.integer(0, 255))),
  (_, bytes, at) => with_(bytes, () => (bytes[at] = 0)),
  (random, bytes, at) => with_(bytes, () => putEdge(random, bytes, at)),
  (random, bytes, at) => with_(bytes, () => putEdge(random, bytes, at)),
  (random, bytes, at) => with_(bytes, () => (bytes[at] = bytes[at]! + random.integer(-4, 4))),
  (random, bytes, at) => with_(bytes, () => bytes.fill(pick(random, [0, 255, random.integer(0, 255)]), at, at + length(random, bytes))),
  (random, bytes, at) =>
    with_(bytes, () => bytes.copyWithin(at, random.integer(0, bytes.length - 1), bytes.length - random.integer(0, 32))),
];

/** Of another length. */
const LONGER_OR_SHORTER: readonly Change[] = [
  (random, bytes) => bytes.slice(0, random.integer(0, bytes.length)),
  (random, bytes, at) =>
    splice(
      bytes,
      at,
      0,
      Uint8Array.from({ length: length(random, bytes) }, () => random.integer(0, 255)),
    ),
  (random, bytes, at) => splice(bytes, at, 0, bytes.slice(at, at + length(random, bytes))),
  (random, bytes, at) => splice(bytes, at, length(random, bytes), new Uint8Array(0)),
  (random, bytes, at, { other = bytes }) => {
    const from = random.integer(0, other.length);
    return splice(bytes, at, length(random, bytes), other.slice(from, from + length(random, other)));
  },
  (random, bytes, at, { other = bytes }) =>
    splice(bytes, at, bytes.length, other.slice(random.unit() < 0.5 ? at : random.integer(0, other.length))),
];

function change(random: Random, bytes: Uint8Array, how: Damage): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.integer(0, 255));
  const changes = random.unit() < 0.75 ? INSIDE : LONGER_OR_SHORTER;
  return pick(random, changes)(random, bytes, position(random, bytes, how), how);
}

function position(random: Random, bytes: Uint8Array, { structure = [] }: Damage): number {
  if (structure.length > 0 && random.unit() < 0.8) {
    const [begin, end] = pick(random, structure);
    return Math.min(random.integer(begin, end - 1), bytes.length - 1);
  }
  return random.integer(0, bytes.length - 1);
}

/** Short mostly. */
function length(random: Random, bytes: Uint8Array): number {
  return random.unit() < 0.8 ? random.integer(1, 16) : random.integer(1, Math.max(1, bytes.length >> 1));
}

function with_(bytes: Uint8Array, step: () => void): Uint8Array {
  step();
  return bytes;
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  const rest = bytes.subarray(Math.min(at + remove, bytes.length));
  const result = new Uint8Array(at + insert.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(insert, at);
  result.set(rest, at + insert.length);
  return result;
}

/** A number at which something begins or ends, of 1, 2, 4 or 8 bytes, in either order. */
function putEdge(random: Random, bytes: Uint8Array, at: number): void {
  const width = pick(random, [1, 2, 4, 4, 8]);
  const aligned = random.unit() < 0.7 ? at - (at % width) : at;
  if (aligned + width > bytes.length) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = random.unit() < 0.9;
  if (width === 8) view.setBigUint64(aligned, pick(random, EDGES_64), little);
  else if (width === 4)
    view.setUint32(aligned, random.unit() < 0.2 ? bytes.length + random.integer(-8, 8) : pick(random, EDGES_32), little);
  else if (width === 2) view.setUint16(aligned, pick(random, EDGES), little);
  else view.setUint8(aligned, pick(random, EDGES));
}

/** Where a binary file holds offsets, sizes and names rather than weights: among zeros, and after what its format begins a block with. */
export function structureOf(bytes: Uint8Array, signatures: readonly string[] = []): Range[] {
  const ranges: Range[] = [];
  const block = 32;
  for (let at = 0; at < bytes.length; at += block) {
    const piece = bytes.subarray(at, at + block);
    if (piece.filter((byte) => byte === 0).length >= 0.4 * piece.length && piece.some((byte) => byte !== 0))
      ranges.push([at, at + piece.length]);
  }
  const text = Buffer.from(bytes).toString("latin1");
  for (const signature of signatures) {
    for (let at = text.indexOf(signature); at >= 0; at = text.indexOf(signature, at + 1))
      ranges.push([at, Math.min(at + 48, bytes.length)]);
  }
  return ranges;
}

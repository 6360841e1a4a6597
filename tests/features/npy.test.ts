/** NumPy's file format: all that numpy.save writes of floats, and what is refused. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { npyOf, parseNpy } from "../../ts-tools/features/npy.js";
import { readNpyFloat32 } from "../support/npy.js";

const VALUES = [0, 1.5, -2, 1024, -0.125, 0.25];

function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const length = version === 1 ? [header.length & 255, header.length >> 8] : [header.length & 255, header.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...Buffer.from("NUMPY"), version, 0, ...length, ...Buffer.from(header), ...data]);
}

const header = (type: string, order = "False", shape = "(2, 3)"): string =>
  `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
const bytesOf = (array: Float32Array | Float64Array | Uint16Array): Uint8Array => new Uint8Array(array.buffer);

test("float16, float32 and float64, both byte orders, both orders of axes, versions 1 to 3", () => {
  const [f4, f8] = [bytesOf(Float32Array.from(VALUES)), bytesOf(Float64Array.from(VALUES))];
  const f2 = bytesOf(Uint16Array.of(0, 0x3e00, 0xc000, 0x6400, 0xb000, 0x3400));
  const swapped = (bytes: Uint8Array, size: number): Uint8Array => bytes.map((_, i) => bytes[i - (i % size) + size - 1 - (i % size)]!);
  const files = [
    npy(header("<f2"), f2),
    npy(header("<f4"), f4),
    npy(header("<f8"), f8),
    npy(header(">f4"), swapped(f4, 4)),
    npy(header(">f8"), swapped(f8, 8), 3),
    npy(header("<f4"), f4, 2),
    npy(header("<f8", "True"), bytesOf(Float64Array.from([0, 3, 1, 4, 2, 5].map((i) => VALUES[i]!)))),
  ];
  for (const file of files) assert.deepEqual(parseNpy(file), { shape: [2, 3], values: Float64Array.from(VALUES) });
});

test("what is written is read back, by a reader of the tests too", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-npy-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const shape of [[2, 3], [6], [1, 2, 3, 1]]) {
    const bytes = npyOf(Float32Array.from(VALUES), shape);
    assert.equal((bytes.length - 4 * VALUES.length) % 64, 0, "the data is aligned");
    assert.deepEqual(parseNpy(bytes), { shape, values: Float64Array.from(VALUES) });
    writeFileSync(join(folder, "a.npy"), bytes);
    assert.deepEqual(readNpyFloat32(join(folder, "a.npy")), { shape, values: Float32Array.from(VALUES) });
  }
});

test("damaged files and other types are refused in one sentence", () => {
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /this is not a \.npy file/],
    [npyOf(Float32Array.from(VALUES), [2, 3]).subarray(0, 40), /damaged \(its header is cut short\)/],
    [npyOf(Float32Array.from(VALUES), [2, 3]).subarray(0, 150), /its shape \[2, 3\] needs more bytes than the file has/],
    [npy(header("<f4", "False", "(99999999999, 99999999999)"), new Uint8Array(24)), /needs more bytes than the file has/],
    [npy(header("<i2"), new Uint8Array(12)), /its elements have type <i2; save floats/],
    [npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", new Uint8Array(24)), /a record or object type/],
    [npy("{'descr': '<f4'}", new Uint8Array(24)), /its header has no shape or order/],
  ];
  for (const [bytes, expected] of cases) assert.throws(() => parseNpy(bytes), expected);
});

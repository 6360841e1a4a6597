import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nameOfBytes, systemPath, tableName } from "../../ts-tools/host/file_names.js";

const skip = process.platform === "win32" ? "Windows has no bytes in names" : false;
const bytesOf = (name: string): Buffer => Buffer.from(systemPath(name) as Buffer);

test("UTF-8 stays as it is; other bytes are those of Python's os.fsdecode", { skip }, () => {
  for (const name of ["a.wav", "Ärger 😀", "\ufffd", ""]) {
    assert.equal(nameOfBytes(Buffer.from(name)), name);
    assert.equal(systemPath(name), name);
  }
  const names: [number[], string][] = [
    [[0x63, 0x61, 0x66, 0xe9], "caf\udce9"],
    [[0xe2, 0x82, 0x78], "\udce2\udc82x"],
    [[0xf0, 0x9f, 0x98, 0x80, 0xff], "😀\udcff"],
    // A surrogate written as if it were UTF-8.
    [[0xed, 0xb3, 0xa9], "\udced\udcb3\udca9"],
    [[0xc0, 0xaf, 0xef, 0xbf, 0xbd], "\udcc0\udcaf\ufffd"],
  ];
  for (const [bytes, name] of names) {
    assert.equal(nameOfBytes(Buffer.from(bytes)), name);
    assert.deepEqual([...bytesOf(name)], bytes);
  }
});

test("any bytes come back, also through JSON", { skip }, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      const name = JSON.parse(JSON.stringify(nameOfBytes(Buffer.from(bytes)))) as string;
      assert.deepEqual([...bytesOf(name)], [...bytes]);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test("in a table, no two names are equal, and most are as they were", () => {
  assert.equal(tableName("caf\udce9.wav"), "caf\\udce9.wav");
  assert.equal(tableName("C:\\new\\😀.wav"), "C:\\new\\😀.wav");
  const piece = fc.constantFrom("\udce9", "\\", "udce9", "\\udce9", "u", "x");
  const name = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
  /** Back again. */
  const read = (cell: string): string =>
    cell.replace(/(\\+)(?:udc([89a-f][0-9a-f]))/g, (_, slashes: string, byte: string) => {
      const half = "\\".repeat(slashes.length >> 1);
      return half + (slashes.length % 2 === 1 ? String.fromCharCode(0xdc00 + Number.parseInt(byte, 16)) : `udc${byte}`);
    });
  fc.assert(
    fc.property(name, (text) => assert.equal(read(tableName(text)), text)),
    { seed: 2, numRuns: 2000 },
  );
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import * as asc from "assemblyscript/asc";
import { shortestFloat32 } from "../../ts-tools/runtime/float32.js";
import { repositoryRoot } from "../support/paths.js";

/** assembly/wasi/output.ts for the test: text goes to memory from 4096 on. */
const OUTPUT = `
let used: usize = 4096;
export function begin(): void { used = 4096; }
export function end(): usize { return used; }
export function writeByte(byte: i32): void { store<u8>(used, byte); used++; }
export function writeText(text: string): void { for (let i = 0; i < text.length; i++) writeByte(text.charCodeAt(i)); }
export function writeInteger(value: i64): void {
  let power: i64 = 1;
  while (value / power >= 10) power *= 10;
  for (; power !== 0; power /= 10) { writeByte(48 + ((value / power) as i32)); value %= power; }
}`;
const ENTRY = `export { writeProbability } from "./decimal"; export { begin, end } from "./output";`;

interface Exports {
  memory: WebAssembly.Memory;
  begin(): void;
  end(): number;
  writeProbability(value: number): void;
}
let exports: Exports;

before(async () => {
  const sources: Record<string, string> = {
    "entry.ts": ENTRY,
    "output.ts": OUTPUT,
    "decimal.ts": readFileSync(join(repositoryRoot, "assembly", "wasi", "decimal.ts"), "utf8"),
  };
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ["entry.ts", "--runtime", "stub", "--use", "abort=", "-O2", "--initialMemory", "1", "--outFile", "decimal.wasm"],
    {
      readFile: (name) => sources[name] ?? null,
      writeFile: (_name, contents) => {
        if (typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  assert.ok(binary, error ? stderr.toString() : "no binary");
  const { instance } = await WebAssembly.instantiate(new Uint8Array(binary));
  exports = instance.exports as unknown as Exports;
});

function printed(value: number): string {
  exports.begin();
  exports.writeProbability(value);
  return Buffer.from(exports.memory.buffer, 4096, exports.end() - 4096).toString();
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);
function floatOfBits(bits: number): number {
  word[0] = bits;
  return float[0]!;
}

test("0, 1 and some decimals", () => {
  for (const value of [0, 1, 0.5, 0.1, 0.25, 0.999999940395, 1e-6, 1e-7, 1.5e-7, 2 ** -149, 2 ** -126]) {
    assert.equal(printed(Math.fround(value)), shortestFloat32(Math.fround(value)));
  }
  assert.equal(printed(Number.NaN), "0");
});

test("around every power of two, where the steps change", () => {
  for (let exponent = 0; exponent < 127; exponent++) {
    for (let step = -40; step <= 40; step++) {
      const bits = exponent * 2 ** 23 + step;
      if (bits < 0) continue;
      const value = floatOfBits(bits);
      assert.equal(printed(value), shortestFloat32(value));
    }
  }
});

test("100,000 float32 from 0 to 1, spread over their bits", () => {
  for (let i = 0; i < 100000; i++) {
    const value = floatOfBits(Math.floor((i * 0x3f800000) / 100000) + ((i * 7919) % 6007));
    if (value > 1) continue;
    assert.equal(printed(value), shortestFloat32(value));
  }
});

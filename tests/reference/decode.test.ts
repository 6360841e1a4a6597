import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { InputFormat } from "../../ts-tools/abi/status.js";
import { fromInt16, sampleBytes } from "../support/wav.js";
import { decodeMono } from "./decode.js";

function decode(format: InputFormat, samples: number[], channels = 1): number[] {
  return Array.from(decodeMono(sampleBytes(samples, format), format, channels));
}

test("integers round half up and saturate", () => {
  assert.deepEqual(decode("u8", [0, 127, 128, 255]), [-32768, -256, 0, 32512]);
  assert.deepEqual(decode("s16", [-32768, -1, 0, 32767]), [-32768, -1, 0, 32767]);
  assert.deepEqual(decode("s24", [-8388608, -129, -128, 127, 128, 8388607]), [-32768, -1, 0, 0, 1, 32767]);
  assert.deepEqual(decode("s32", [-2147483648, -32769, -32768, 32767, 32768, 2147483647]), [-32768, -1, 0, 0, 1, 32767]);
});

test("floats round ties to even, saturate, and NaN is silence", () => {
  const values = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5].map((x) => x / 32768);
  for (const format of ["f32", "f64"] as const) {
    assert.deepEqual(
      decode(format, values).map((x) => x + 0),
      [0, 2, 2, 0, -2, -2],
    );
    assert.deepEqual(decode(format, [1, -1, 1e30, -1e30, Infinity, -Infinity, NaN]), [32767, -32768, 32767, -32768, 32767, -32768, 0]);
  }
  // Just above a tie: float32 would round it onto the tie first.
  assert.deepEqual(decode("f64", [(0.5 + 2 ** -40) / 32768]), [1]);
});

test("channels are averaged downwards", () => {
  assert.deepEqual(decode("s16", [1, 2, -1, -2, 32767, 32767], 2), [1, -2, 32767]);
  assert.deepEqual(decode("s16", [-1, 0, 0, 5, 6, 6], 3), [-1, 5]);
});

test("an unfinished frame at the end is left out", () => {
  assert.equal(decodeMono(new Uint8Array(11), "s24", 2).length, 1);
});

test("int16 samples come back from every wider format", () => {
  const samples = fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 50 });
  fc.assert(
    fc.property(samples, fc.constantFrom<InputFormat>("s16", "s24", "s32", "f32", "f64"), (values, format) => {
      assert.deepEqual(decode(format, fromInt16(Int16Array.from(values), format)), values);
    }),
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { shortenFloat32, shortestFloat32 } from "../../ts-tools/runtime/float32.js";
import { Random } from "../support/random.js";

test("known decimals", () => {
  const cases: [number, string][] = [
    [0.1, "0.1"],
    [Math.fround(1 / 3), "0.33333334"],
    [16777216, "16777216"],
    [2 ** -126, "1.1754944e-38"],
    [2 ** -149, "1e-45"],
    [0, "0"],
    [1, "1"],
    [-0.75, "-0.75"],
  ];
  for (const [value, text] of cases) assert.equal(shortestFloat32(value), text);
});

test("every float32 reads back, with no digit too many", () => {
  const random = new Random(7);
  const bits = new Uint32Array(1);
  const floats = new Float32Array(bits.buffer);
  for (let round = 0; round < 20000; round++) {
    bits[0] = random.bits();
    const value = floats[0]!;
    if (!Number.isFinite(value)) continue;
    const text = shortestFloat32(value);
    assert.equal(Math.fround(Number(text)), value, text);
    assert.equal(JSON.parse(JSON.stringify(shortenFloat32(value))), Number(text));
    const digits = text
      .replace(/e.*$/, "")
      .replace(/\D/g, "")
      .replace(/^0+|0+$/g, "").length;
    if (digits > 1) assert.notEqual(Math.fround(Number(value.toPrecision(digits - 1))), value, `${text} could be shorter`);
  }
});

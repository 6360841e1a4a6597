import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyLevel, levelOf } from "./level.js";
import { cropCenter, padBothSides } from "./segment.js";

const anySamples = fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 3000 }).map((values) => Int16Array.from(values));

test("level on cases done by hand", () => {
  assert.equal(levelOf(new Int16Array(0)), 0);
  assert.equal(levelOf(Int16Array.of(-7)), 7000); // n = 1: q = 0, r = 0
  assert.equal(levelOf(Int16Array.of(-32768)), 32768000);
  assert.equal(levelOf(Int16Array.of(10, -20)), 19990); // q = 0, r = 999: 10000 + 999 * 10
  assert.equal(levelOf(new Int16Array(5000).fill(-3)), 3000);
  assert.equal(levelOf(new Int16Array(5000)), 0);
  // n = 1001: 999 * 1000 = 999 * 1000 + 0: rank 999, the last but one.
  assert.equal(levelOf(Int16Array.from({ length: 1001 }, (_, i) => i)), 999000);
  // n = 48,000: 999 * 47,999 = 47,951,001: rank 47,951 and a thousandth of the way to the next.
  assert.equal(levelOf(Int16Array.from({ length: 48000 }, (_, i) => (i < 47952 ? 100 : 1100))), 101000);
});

test("level is that of the definition, whatever the order and the signs", () => {
  fc.assert(
    fc.property(anySamples, (samples) => {
      const level = levelOf(samples);
      assert.equal(levelOf(samples.slice().reverse()), level);
      const magnitudes = Array.from(samples, Math.abs);
      const rank = 0.999 * (samples.length - 1);
      const below = magnitudes.filter((value) => 1000 * value <= level).length;
      if (samples.length > 0) assert.ok(below >= Math.floor(rank + 1e-9) + 1);
      assert.ok(Number.isInteger(level) && level >= 0 && level <= 32768000);
    }),
  );
});

test("full scale stays as it is, silence stays silent, and little is amplified by 32,768 at most", () => {
  const samples = Int16Array.of(-32768, -1, 0, 1, 32767);
  assert.deepEqual(applyLevel(samples, 32768000), samples);
  assert.deepEqual(applyLevel(samples, 0), new Int16Array(5));
  assert.deepEqual(applyLevel(Int16Array.of(-2, -1, 0, 1), 1), Int16Array.of(-32768, -32768, 0, 32767));
  assert.deepEqual(applyLevel(Int16Array.of(1, -1), 2000), Int16Array.of(16384, -16384));
});

test("a sample at the level becomes full scale, others in proportion", () => {
  const sample = fc.integer({ min: -32768, max: 32767 });
  fc.assert(
    fc.property(sample, fc.integer({ min: 1000, max: 32768000 }), (x, level) => {
      const exact = (x * 32768000) / level;
      const y = applyLevel(Int16Array.of(x), level)[0]!;
      assert.ok(Math.abs(y - Math.min(Math.max(exact, -32768), 32767)) <= 0.5 + 1e-3);
      assert.equal(x === 0, y === 0);
    }),
  );
});

test("crop and padding put the odd sample after", () => {
  assert.deepEqual(cropCenter(Int16Array.of(1, 2, 3, 4, 5), 2), Int16Array.of(2, 3));
  assert.deepEqual(cropCenter(Int16Array.of(1, 2, 3, 4), 2), Int16Array.of(2, 3));
  assert.deepEqual(padBothSides(Int16Array.of(1, 2), 5), Int16Array.of(0, 1, 2, 0, 0));
  assert.deepEqual(padBothSides(new Int16Array(0), 3), new Int16Array(3));
  fc.assert(
    fc.property(anySamples, fc.integer({ min: 1, max: 2000 }), (samples, window) => {
      const segment = padBothSides(cropCenter(samples, window), window);
      assert.equal(segment.length, window);
      // Crop and padding use the same rule, so that cropping undoes padding.
      if (samples.length < window && (window - samples.length) % 2 === 0) assert.deepEqual(cropCenter(segment, samples.length), samples);
    }),
  );
});

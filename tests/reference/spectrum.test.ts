import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import { cosineTable } from "./cosine_table.js";
import { melBins, melFilterBank } from "./mel.js";
import { magnitudeSpectrum } from "./spectrum.js";

test("the cosine table is exact where it should be and symmetric", () => {
  for (const period of [8, 512, 1024]) {
    const table = cosineTable(period);
    assert.equal(table.length, period / 2 + 1);
    assert.deepEqual([table[0], table[period / 4], table[period / 2]], [1, 0, -1]);
    table.forEach((cosine, j) => {
      assert.equal(cosine + table[period / 2 - j]!, 0);
    });
  }
  // The DCT's table is every other entry of the transform's, bit for bit, when a frame is 8 times as long as the bands are many.
  assert.deepEqual(
    cosineTable(512),
    cosineTable(1024).filter((_, j) => j % 2 === 0),
  );
});

test("a tone in the middle of a bin shows the Hann window's three lines", () => {
  const frame = Int16Array.from({ length: 1024 }, (_, n) => Math.round(16384 * Math.cos((2 * Math.PI * 100 * n) / 1024)));
  const magnitude = magnitudeSpectrum(frame);
  assert.equal(magnitude.length, 513);
  magnitude.forEach((value, k) => {
    const expected = k === 100 ? 128 : Math.abs(k - 100) === 1 ? 64 : 0;
    assert.ok(Math.abs(value - expected) < 2e-3);
  });
});

test("a negated frame has the same magnitudes, bit for bit", () => {
  const frame = fc.array(fc.integer({ min: -32767, max: 32767 }), { minLength: 64, maxLength: 64 });
  fc.assert(
    fc.property(frame, (values) => {
      assert.deepEqual(magnitudeSpectrum(Int16Array.from(values)), magnitudeSpectrum(Int16Array.from(values, (x) => -x)));
    }),
  );
});

test("the spectrum agrees with a plain Fourier sum for every power of two", () => {
  const frame = fc.integer({ min: 2, max: 7 }).chain((exponent) => {
    const length = 2 ** exponent;
    return fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: length, maxLength: length });
  });
  fc.assert(
    fc.property(frame, (values) => {
      const length = values.length;
      const magnitude = magnitudeSpectrum(Int16Array.from(values));
      magnitude.forEach((value, k) => {
        let [re, im] = [0, 0];
        values.forEach((y, n) => {
          const x = (y / 32768) * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
          re += x * Math.cos((2 * Math.PI * k * n) / length);
          im -= x * Math.sin((2 * Math.PI * k * n) / length);
        });
        assert.ok(Math.abs(value - Math.hypot(re, im)) <= 4e-6 * Math.sqrt(length));
      });
    }),
  );
});

test("the two filters of every bin between the edges add up to 1", (t) => {
  const bins = melBins(REFERENCE_FRONT_END);
  const [first, last] = [bins[0]!, bins.at(-1)!];
  t.diagnostic(`bins ${first.bin}..${last.bin} take part in bands ${first.band}..${last.band}`);
  // 80 Hz is between bins 5 and 6, 7,600 Hz between 486 and 487.
  assert.deepEqual([first.bin, last.bin, bins.length], [6, 486, 481]);
  for (const { bin, band, rising } of bins) {
    assert.ok(rising >= 0 && rising <= 1);
    const filter = melFilterBank(
      Float32Array.from({ length: 513 }, (_, k) => (k === bin ? 1 : 0)),
      bins,
      128,
    );
    const sum = filter.reduce((total, value) => total + value, 0);
    if (band > 0 && band < 128) assert.ok(Math.abs(sum - 1) < 1e-7);
  }
});

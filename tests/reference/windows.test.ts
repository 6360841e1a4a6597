import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cropStarts, windowStarts } from "./windows.js";

test("windows of recordings around every border", () => {
  assert.deepEqual(windowStarts(0, 48000), [0]);
  assert.deepEqual(windowStarts(48000, 48000), [0]);
  assert.deepEqual(windowStarts(48001, 48000), [0, 1]);
  assert.deepEqual(windowStarts(71999, 48000), [0, 23999]);
  assert.deepEqual(windowStarts(72000, 48000), [0, 24000]);
  assert.deepEqual(windowStarts(72001, 48000), [0, 24000, 24001]);
  assert.deepEqual(windowStarts(144000, 48000), [0, 24000, 48000, 72000, 96000]);
});

test("windows rise, cover every sample, and end with the recording", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 500 }), fc.integer({ min: 1, max: 5000 }), (window, samples) => {
      const starts = windowStarts(samples, window);
      assert.equal(starts[0], 0);
      assert.equal(starts.at(-1), Math.max(samples - window, 0));
      for (let i = 1; i < starts.length; i++) assert.ok(starts[i]! > starts[i - 1]! && starts[i]! - starts[i - 1]! <= window / 2);
    }),
  );
});

test("crops of recordings around every border", () => {
  assert.deepEqual(cropStarts(48000, 48000, 5), [0]);
  assert.deepEqual(cropStarts(48001, 48000, 1), [0]);
  assert.deepEqual(cropStarts(48001, 48000, 5), [0, 1]);
  assert.deepEqual(cropStarts(48003, 48000, 3), [0, 1, 3]);
  assert.deepEqual(cropStarts(96000, 48000, 4), [0, 16000, 32000, 48000]);
  assert.deepEqual(cropStarts(96000, 48000, 1), [24000]);
  assert.deepEqual(cropStarts(30000, 48000, 3), [0, 9000, 18000]);
  assert.deepEqual(cropStarts(30001, 48000, 1), [8999]);
});

test("crops rise from one end to the other by steps that differ by 1 at most", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 500 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 2, max: 60 }),
      (window, samples, crops) => {
        const starts = cropStarts(samples, window, crops);
        const room = Math.abs(samples - window);
        assert.equal(starts.length, Math.min(crops, room + 1));
        assert.deepEqual([starts[0], starts.at(-1)], [0, room]);
        const steps = starts.slice(1).map((start, index) => start - starts[index]!);
        assert.ok(steps.every((step) => step > 0) && Math.max(...steps) - Math.min(...steps) <= 1);
      },
    ),
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { windowStarts } from "./windows.js";

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

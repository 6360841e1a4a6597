import assert from "node:assert/strict";
import { test } from "node:test";
import { type LongMode, WindowSplitter } from "../../ts-tools/runtime/windows.js";
import { cropCenter } from "../reference/segment.js";
import { windowStarts } from "../reference/windows.js";
import { noise } from "../support/sounds.js";

const SIZE = 100;

function split(sound: Int16Array, mode: LongMode, piece: number): { start: number; samples: number[] }[] {
  const windows: { start: number; samples: number[] }[] = [];
  const splitter = new WindowSplitter({ windowSamples: SIZE, mode, totalSamples: sound.length }, ({ start, length, parts }) => {
    const samples = parts.flatMap((part) => [...part]);
    assert.equal(samples.length, length);
    windows.push({ start, samples });
  });
  for (let at = 0; at < sound.length; at += piece) splitter.push(sound.subarray(at, at + piece));
  splitter.finish();
  assert.equal(splitter.samples, sound.length);
  return windows;
}

test("windows are where the reference puts them, with any pieces", () => {
  for (const length of [1, 49, 50, 99, 100, 101, 149, 150, 151, 199, 200, 201, 250, 777]) {
    const sound = noise(length, 30000, length);
    const expected = windowStarts(length, SIZE).map((start) => ({ start, samples: [...sound.subarray(start, start + SIZE)] }));
    for (const piece of [1, 7, 50, 100, 333, length])
      assert.deepEqual(split(sound, "windows", piece), expected, `${length} in pieces of ${piece}`);
  }
});

test("center is the center, whatever the pieces", () => {
  for (const length of [1, 99, 100, 101, 102, 350, 351]) {
    const sound = noise(length, 30000, length);
    const expected = [{ start: Math.max(0, Math.floor((length - SIZE) / 2)), samples: [...cropCenter(sound, SIZE)] }];
    for (const piece of [1, 7, 100, 333, length])
      assert.deepEqual(split(sound, "center", piece), expected, `${length} in pieces of ${piece}`);
  }
});

test("no sound has no window", () => assert.deepEqual(split(new Int16Array(0), "windows", 1), []));

import assert from "node:assert/strict";
import { test } from "node:test";
import { createSplitter, type WindowMode } from "../../ts-tools/runtime/windows.js";
import { cropCenter } from "../reference/segment.js";
import { cropStarts, windowStarts } from "../reference/windows.js";
import { noise } from "../support/sounds.js";

const SIZE = 100;

interface Window {
  start: number;
  samples: number[];
  zerosBefore?: number;
}

/** The windows, which must be the same whether the length is known or not. */
function split(sound: Int16Array, mode: WindowMode, piece: number, crops?: number): Window[] {
  const windows = splitKnowing(sound.length, sound, mode, piece, crops);
  assert.deepEqual(splitKnowing(undefined, sound, mode, piece, crops), windows);
  return windows;
}

function splitKnowing(totalSamples: number | undefined, sound: Int16Array, mode: WindowMode, piece: number, crops?: number): Window[] {
  const windows: Window[] = [];
  const options = { windowSamples: SIZE, mode, crops, totalSamples };
  const splitter = createSplitter(options, ({ start, length, parts, ...rest }) => {
    const samples = parts.flatMap((part) => [...part]);
    assert.equal(samples.length, length);
    windows.push({ start, samples, ...rest });
  });
  for (let at = 0; at < sound.length; at += piece) splitter.push(sound.subarray(at, at + piece));
  splitter.finish();
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

test("crops are where the reference puts them, with any pieces; one is the center", () => {
  for (const length of [1, 60, 98, 99, 100, 101, 102, 149, 250, 777]) {
    const sound = noise(length, 30000, length);
    for (const crops of [2, 3, 4, 10, 100]) {
      const starts = cropStarts(length, SIZE, crops);
      const long = (start: number): Window => ({ start, samples: [...sound.subarray(start, start + SIZE)] });
      const short = (zerosBefore: number): Window => ({ start: 0, samples: [...sound], zerosBefore });
      for (const piece of [1, 7, 100, 333, length])
        assert.deepEqual(
          split(sound, "windows", piece, crops),
          starts.map(length < SIZE ? short : long),
          `${length} in pieces of ${piece}`,
        );
    }
    assert.deepEqual(split(sound, "windows", 33, 1), split(sound, "center", 33));
  }
});

test("no sound has no window", () => {
  for (const crops of [undefined, 1, 3]) assert.deepEqual(split(new Int16Array(0), "windows", 1, crops), []);
});

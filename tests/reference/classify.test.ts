import assert from "node:assert/strict";
import { test } from "node:test";
import { REFERENCE_FRONT_END } from "../../ts-tools/model/front_end.js";
import type { FrontEnd } from "../../ts-tools/model/model_types.js";
import { NARROW_WIDTHS, randomModel } from "../support/random_model.js";
import { voice } from "../support/sounds.js";
import { classifySound, classifyWindow } from "./classify.js";
import { frameCount } from "./mfcc.js";

/** Half a second, so that the tests stay quick. */
const FRONT_END: FrontEnd = { ...REFERENCE_FRONT_END, windowSamples: 8000 };
const WINDOW = FRONT_END.windowSamples;
const MODEL = randomModel({ seed: 5, widths: NARROW_WIDTHS, frames: frameCount(FRONT_END), coefficients: 40, classes: 7 });

test("the level, MFCCs, logits and probabilities of a window", () => {
  const result = classifyWindow(voice(WINDOW), MODEL, FRONT_END);
  assert.ok(result.level > 0);
  assert.equal(result.mfcc.values.length, result.mfcc.frames * result.mfcc.coefficients);
  assert.equal(result.logits.length, 7);
  const total = result.probabilities.reduce((sum, p) => sum + p, 0);
  assert.ok(Math.abs(total - 1) < 1e-6);
  assert.equal(result.logits[result.label], Math.max(...result.logits));
});

test("up to one window, windows and center are the same", () => {
  for (const length of [0, 1, 3001, WINDOW]) {
    const sound = voice(length);
    const windows = classifySound(sound, MODEL, FRONT_END, "windows");
    assert.deepEqual(windows, classifySound(sound, MODEL, FRONT_END, "center"));
    assert.deepEqual(windows.windows[0]!.logits, classifyWindow(sound, MODEL, FRONT_END).logits);
    assert.deepEqual(windows.probabilities, windows.windows[0]!.probabilities);
  }
});

test("windows of a long sound are leveled each by itself and averaged", () => {
  const sound = voice(2 * WINDOW + 1001);
  const { windows, probabilities } = classifySound(sound, MODEL, FRONT_END, "windows");
  assert.deepEqual(
    windows.map(({ start, end }) => [start, end]),
    [
      [0, WINDOW],
      [WINDOW / 2, 1.5 * WINDOW],
      [WINDOW, 2 * WINDOW],
      [WINDOW + 1001, 2 * WINDOW + 1001],
    ],
  );
  windows.forEach((window) => {
    const alone = classifyWindow(sound.slice(window.start, window.end), MODEL, FRONT_END);
    assert.deepEqual([window.level, window.logits], [alone.level, alone.logits]);
  });
  const first = windows.reduce((sum, window) => sum + window.probabilities[0]!, 0) / windows.length;
  assert.ok(Math.abs(first - probabilities[0]!) < 1e-6);
});

test("windows and their mean are accepted each by itself", () => {
  const sound = voice(2 * WINDOW + 1001);
  const { windows, probabilities } = classifySound(sound, MODEL, FRONT_END, "windows");
  for (const threshold of [0, Math.max(...probabilities), ...windows.map((window) => Math.max(...window.probabilities)), 1]) {
    const judged = classifySound(sound, MODEL, FRONT_END, "windows", threshold);
    for (const answer of [judged, ...judged.windows]) assert.equal(answer.accepted, Math.max(...answer.probabilities) >= threshold);
  }
});

test("center crops half of what is too much in front", () => {
  const sound = voice(WINDOW + 3);
  const { windows } = classifySound(sound, MODEL, FRONT_END, "center");
  assert.deepEqual(
    windows.map(({ start, end }) => [start, end]),
    [[1, WINDOW + 1]],
  );
  assert.deepEqual(windows[0]!.logits, classifyWindow(sound.slice(1, WINDOW + 1), MODEL, FRONT_END).logits);
});

test("silence is classified, too", () => {
  const { level, mfcc } = classifyWindow(new Int16Array(WINDOW), MODEL, FRONT_END);
  assert.equal(level, 0);
  assert.ok(mfcc.values.every((value, i) => value === (i % 40 === 0 ? -10 : 0)));
});

test("a sound twice as loud is the same sound to the network", () => {
  const sound = voice(WINDOW).map((x) => x >> 3);
  const twice = sound.map((x) => 2 * x);
  assert.deepEqual(classifyWindow(twice, MODEL, FRONT_END).logits, classifyWindow(sound, MODEL, FRONT_END).logits);
});

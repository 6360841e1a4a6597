import {
  announcedSamples,
  croppedSamples,
  endInside,
  firstInside,
  samplesReceived,
  segmentPosition,
  startSegment,
  zerosAfter,
  zerosBefore,
} from "../../../assembly/frontend/segment";
import { WINDOW_SAMPLES } from "../../../assembly/generated/model";
import { integer } from "../support/random";

/** The same, in pieces of any length. */
function expectPieces(samples: i32, front: i32, kept: i32): void {
  startSegment(samples);
  let wrong = 0;
  for (let at = 0; at < samples; ) {
    const count = min(integer(1, 9000), samples - at);
    const first = firstInside(count);
    const end = endInside(count);
    if (first < 0 || first > end || end > count) wrong++;
    for (let n = 0; n < count; n++) {
      const inside = at + n >= front && at + n < front + kept;
      if ((n >= first && n < end) != inside) wrong++;
    }
    samplesReceived(count);
    at += count;
  }
  expect<i32>(wrong).toBe(0);
}

/** Pushes a recording: where the inside begins and ends must be `front` and `front + kept`. */
function expectCrop(samples: i32, front: i32, kept: i32): void {
  startSegment(samples);
  expect<i32>(announcedSamples()).toBe(samples);
  expect<i32>(segmentPosition()).toBe(0);
  let wrong = 0;
  for (let at = 0; at < samples; at++) {
    const inside = at >= front && at < front + kept;
    if (firstInside(1) < endInside(1) != inside) wrong++;
    samplesReceived(1);
  }
  expect<i32>(wrong).toBe(0);
  expect<i32>(segmentPosition()).toBe(samples);
  expectPieces(samples, front, kept);
  expect<i32>(croppedSamples()).toBe(kept);
}

describe("segment", () => {
  it("keeps a recording of its length whole", () => {
    expectCrop(WINDOW_SAMPLES, 0, WINDOW_SAMPLES);
    expect<i32>(zerosBefore()).toBe(0);
    expect<i32>(zerosAfter()).toBe(0);
  });
  it("cuts a longer one at both ends, the odd sample after", () => {
    expectCrop(WINDOW_SAMPLES + 1, 0, WINDOW_SAMPLES);
    expectCrop(WINDOW_SAMPLES + 2, 1, WINDOW_SAMPLES);
    expectCrop(WINDOW_SAMPLES + 3, 1, WINDOW_SAMPLES);
    expectCrop(WINDOW_SAMPLES + 1000, 500, WINDOW_SAMPLES);
    expectCrop(WINDOW_SAMPLES + 1001, 500, WINDOW_SAMPLES);
    expectCrop(3 * WINDOW_SAMPLES, WINDOW_SAMPLES, WINDOW_SAMPLES);
    expect<i32>(zerosBefore()).toBe(0);
    expect<i32>(zerosAfter()).toBe(0);
  });
  it("pads a shorter one at both ends, the odd zero after", () => {
    expectCrop(WINDOW_SAMPLES - 1, 0, WINDOW_SAMPLES - 1);
    expect<i32>(zerosBefore()).toBe(0);
    expect<i32>(zerosAfter()).toBe(1);
    expectCrop(WINDOW_SAMPLES - 2, 0, WINDOW_SAMPLES - 2);
    expect<i32>(zerosBefore()).toBe(1);
    expect<i32>(zerosAfter()).toBe(1);
    expectCrop(WINDOW_SAMPLES - 1001, 0, WINDOW_SAMPLES - 1001);
    expect<i32>(zerosBefore()).toBe(500);
    expect<i32>(zerosAfter()).toBe(501);
    expectCrop(1, 0, 1);
    expect<i32>(zerosBefore()).toBe((WINDOW_SAMPLES - 1) / 2);
    expect<i32>(zerosBefore() + 1 + zerosAfter()).toBe(WINDOW_SAMPLES);
    expectCrop(0, 0, 0);
    expect<i32>(zerosBefore() + zerosAfter()).toBe(WINDOW_SAMPLES);
  });
  it("does not overflow for the longest recording", () => {
    startSegment(i32.MAX_VALUE);
    expect<i32>(croppedSamples()).toBe(WINDOW_SAMPLES);
    expect<i32>(zerosBefore()).toBe(0);
    expect<i32>(zerosAfter()).toBe(0);
    expect<bool>(firstInside(1) < endInside(1)).toBe(false);
    expect<i32>(firstInside(500)).toBe(500);
    expect<i32>(endInside(500)).toBe(500);
  });
});

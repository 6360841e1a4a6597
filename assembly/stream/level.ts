/**
 * The level of the speech in a stream (docs/arithmetic.md, 9): the largest |x| of its last one to two seconds, in int16 steps. A window's level needs two passes over
 * the whole window; this one is known with every frame.
 */
import { FRAME } from "../generated/memory_map";
import { FRAME_SAMPLES, HOP_SAMPLES } from "../generated/model";
import { LEVEL_FRAMES, SMALLEST_TRACKED_LEVEL } from "../generated/stream";

/** Largest |x| of the hop before. */
let previous: i32 = 0;
/** Largest peaks of the frames in this block of LEVEL_FRAMES, and of the block before. */
let current: i32 = 0;
let last: i32 = 0;
/** Frames in this block. */
let frames: i32 = 0;

export function startTrackedLevel(): void {
  previous = 0;
  current = 0;
  last = 0;
  frames = 0;
}

/** For whoever speaks after a rest: a new block begins, so that the level of before counts for one block more, and no longer. */
export function beginBlock(): void {
  last = max(current, last);
  current = 0;
  frames = 0;
}

/** 1 to 32768. */
export function trackedLevel(): i32 {
  return max(max(current, last), SMALLEST_TRACKED_LEVEL);
}

/** Takes the newest hop of the frame. A click is louder than the hop before it and the hop after it, so it does not count. Returns the hop's peak. */
export function trackLevel(speech: bool): i32 {
  const peak = peakOfHop();
  const both = min(peak, previous);
  previous = peak;
  if (speech) addPeak(both);
  return peak;
}

function addPeak(peak: i32): void {
  current = max(current, peak);
  frames++;
  if (frames < LEVEL_FRAMES) return;
  last = current;
  current = 0;
  frames = 0;
}

function peakOfHop(): i32 {
  let peak = 0;
  for (let at = FRAME + ((FRAME_SAMPLES - HOP_SAMPLES) << 1); at < FRAME + (FRAME_SAMPLES << 1); at += 2) {
    peak = max(peak, abs(i32(load<i16>(at))));
  }
  return peak;
}

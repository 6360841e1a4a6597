/** One window of the recording through the module, and how long its two halves took. */
import { NORMALIZES } from "../generated/normalization";
import { FORMAT_S16 } from "../generated/status";
import {
  finish,
  finishLevel,
  frameCount,
  inputAddress,
  inputCapacity,
  nextLevel,
  push,
  sampleRate,
  setInput,
  stageMel,
  stageMfcc,
  stageSpectrum,
  start,
  startLevel,
  windowSamples,
} from "../module";
import { now } from "./clock";
import { check } from "./fail";
import { storeResult } from "./results";
import { gatherFromHere, keepGathered, startFromSpeaker } from "./speaker";

/** Frames that are timed to know what the front end's share of a window is. */
const TIMED_FRAMES: i32 = 16;

/** Nanoseconds of all windows: finding the level; frames and network together. */
let levelTime: i64 = 0;
let windowTime: i64 = 0;
/** Samples of all windows. */
let samplesDone: i64 = 0;

/** From now on windows of int16 at the module's rate are classified. */
export function beginClassify(): void {
  check(setInput(FORMAT_S16, 1, sampleRate()));
}

/** Classifies `count` samples, at most a window, and keeps the result there. */
export function classifyWindow(samples: usize, count: i32, result: usize): void {
  const began = now();
  check(startLevel(count));
  pushSamples(samples, count);
  check(nextLevel());
  pushSamples(samples, count);
  const level = check(finishLevel());
  const leveled = now();
  if (NORMALIZES) startFromSpeaker();
  check(start(level, count));
  if (NORMALIZES) gatherFromHere();
  pushSamples(samples, count);
  check(finish());
  if (NORMALIZES) keepGathered();
  levelTime += leveled - began;
  windowTime += now() - leveled;
  samplesDone += count;
  storeResult(result);
}

function pushSamples(samples: usize, count: i32): void {
  const end = samples + ((count as usize) << 1);
  while (samples < end) {
    const bytes = min(end - samples, (inputCapacity() & ~1) as usize);
    memory.copy(inputAddress() as usize, samples, bytes);
    check(push(bytes as i32));
    samples += bytes;
  }
}

/**
 * Nanoseconds of the front end, all windows. Frames and network take turns inside push(), so the frames' share is measured afterward: a
 * few frames alone, times those that were not mere padding.
 */
export function frontendTime(): i64 {
  const began = now();
  for (let i = 0; i < TIMED_FRAMES; i++) {
    stageSpectrum();
    stageMel();
    stageMfcc();
  }
  const frames = (samplesDone * frameCount()) / windowSamples();
  return levelTime + min(((now() - began) * frames) / TIMED_FRAMES, windowTime);
}

/** Nanoseconds of everything that the windows took. */
export function classifyTime(): i64 {
  return levelTime + windowTime;
}

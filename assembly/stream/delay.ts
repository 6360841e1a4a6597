/**
 * Frames on their way to the network. The gate knows that somebody speaks only some frames after they began, so the network stays LOOK_BACK_FRAMES behind while nobody
 * speaks: what came just before the gate opens still counts as speech. While somebody speaks it catches up, two frames at a time.
 */
import { LOOK_BACK_FRAMES } from "../generated/gate";
import { MFCC, STREAM_DELAY, STREAM_DELAY_BYTES } from "../generated/memory_map";
import { COEFFICIENTS } from "../generated/model";

const ROW_BYTES: usize = (<usize>COEFFICIENTS) << 2;

/** Where the next frame goes, and how many wait. */
let next: usize = 0;
let waiting: i32 = 0;

export function startDelay(): void {
  next = 0;
  waiting = 0;
}

export function framesWaiting(): i32 {
  return waiting;
}

/** How many frames the network takes now that there is one more: 0 to 2. */
export function framesDue(speaking: bool): i32 {
  return speaking ? min(waiting + 1, 2) : max(waiting + 1 - LOOK_BACK_FRAMES, 0);
}

/** The frame at MFCC waits, too. While the network rests, it takes the place of the oldest. */
export function delayFrame(): void {
  memory.copy(STREAM_DELAY + next, MFCC, ROW_BYTES);
  advance();
  waiting = min(waiting + 1, LOOK_BACK_FRAMES);
}

/** The frame at MFCC waits, and the oldest one is at MFCC instead. It may take that one's place. */
export function exchangeFrames(): void {
  if (waiting == 0) return;
  const oldest = oldestFrame();
  for (let at: usize = 0; at < ROW_BYTES; at += 4) {
    const newest = load<f32>(MFCC + at);
    store<f32>(MFCC + at, load<f32>(oldest + at));
    store<f32>(STREAM_DELAY + next + at, newest);
  }
  advance();
}

/** The oldest frame's coefficients to MFCC. */
export function takeFrame(): void {
  memory.copy(MFCC, oldestFrame(), ROW_BYTES);
  waiting--;
}

function oldestFrame(): usize {
  const back = <usize>waiting * ROW_BYTES;
  return STREAM_DELAY + (next >= back ? next - back : next + <usize>STREAM_DELAY_BYTES - back);
}

function advance(): void {
  next += ROW_BYTES;
  if (next == STREAM_DELAY_BYTES) next = 0;
}

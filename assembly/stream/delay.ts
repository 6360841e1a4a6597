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

/** The coefficients at MFCC wait now, too. There must be at most LOOK_BACK_FRAMES before. */
export function delayFrame(): void {
  memory.copy(STREAM_DELAY + next, MFCC, ROW_BYTES);
  next += ROW_BYTES;
  if (next == STREAM_DELAY_BYTES) next = 0;
  waiting++;
}

/** The network rests: all but the newest LOOK_BACK_FRAMES are dropped. */
export function dropFrames(): void {
  waiting = min(waiting, LOOK_BACK_FRAMES);
}

/** How many of those that wait the network takes with this frame: 0 to 2. */
export function framesDue(speaking: bool): i32 {
  return speaking ? min(waiting, 2) : max(waiting - LOOK_BACK_FRAMES, 0);
}

/** The oldest frame's coefficients to MFCC. */
export function takeDelayed(): void {
  const back = <usize>waiting * ROW_BYTES;
  const at = next >= back ? next - back : next + <usize>STREAM_DELAY_BYTES - back;
  memory.copy(MFCC, STREAM_DELAY + at, ROW_BYTES);
  waiting--;
}

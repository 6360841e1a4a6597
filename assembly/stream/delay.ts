/**
 * The newest frames' coefficients, until the network hears them. The gate knows that somebody speaks only some frames after they began, so the network hears every
 * frame LOOK_BACK_FRAMES late, and what came just before the gate opened still counts as speech.
 */
import { LOOK_BACK_FRAMES } from "../generated/gate";
import { MFCC, STREAM_DELAY, STREAM_DELAY_BYTES } from "../generated/memory_map";
import { COEFFICIENTS } from "../generated/model";

const ROW_BYTES: usize = (<usize>COEFFICIENTS) << 2;

/** Where the oldest frame is, and how many there are. */
let oldest: usize = 0;
let held: i32 = 0;

export function startDelay(): void {
  oldest = 0;
  held = 0;
}

/** Takes the coefficients at MFCC and puts those of LOOK_BACK_FRAMES earlier in their place. False if the stream is not so old: then they are undefined. */
export function delayFrame(): bool {
  for (let at: usize = 0; at < ROW_BYTES; at += 4) {
    const newest = load<f32>(MFCC + at);
    store<f32>(MFCC + at, load<f32>(STREAM_DELAY + oldest + at));
    store<f32>(STREAM_DELAY + oldest + at, newest);
  }
  oldest += ROW_BYTES;
  if (oldest == STREAM_DELAY_BYTES) oldest = 0;
  if (held == LOOK_BACK_FRAMES) return true;
  held++;
  return false;
}

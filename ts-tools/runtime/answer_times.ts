import type { LiveAnswer } from "./live_answer.js";
import type { Segment } from "./result.js";

/** Milliseconds from a frame to the next, and of a frame. */
export interface FrameTimes {
  hopMs: number;
  frameMs: number;
}

/**
 * What a stream's answer is about, in whole milliseconds, rounded down, and no later than the end of the sound: zeros follow it. While nobody has spoken for long, the time
 * since the answer before, which was made at `beforeMs`.
 */
export function answerTimes(
  { endMs, heardMs }: Pick<LiveAnswer, "endMs" | "heardMs">,
  beforeMs: number,
  { hopMs, frameMs }: FrameTimes,
  soundMs: number,
): Pick<Segment, "startMs" | "endMs"> {
  const whole = (ms: number): number => Math.floor(Math.max(0, Math.min(ms, soundMs)));
  return { startMs: whole(heardMs === 0 ? beforeMs : endMs - heardMs + hopMs - frameMs), endMs: whole(endMs) };
}

import { now } from "./clock.js";
import type { Engine } from "./engine.js";

/** Frames that are timed. */
const TIMED_FRAMES = 4;

/** Milliseconds of one frame from samples to MFCCs, whatever is in it. Nothing must be under way in that instance. */
export function frameMilliseconds({ exports }: Engine): number {
  const begin = now();
  for (let frame = 0; frame < TIMED_FRAMES; frame++) {
    exports.stageSpectrum();
    exports.stageMel();
    exports.stageMfcc();
  }
  return (now() - begin) / TIMED_FRAMES;
}

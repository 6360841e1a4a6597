/** Which parts of a recording are classified (docs/arithmetic.md, section 7). All in samples at sampleRate(). */
import { windowSamples } from "../module";

/** --long: windows that slide by half a window, or the one in the middle. A recording no longer than a window is one window either way. */
export const LONG_WINDOWS: i32 = 0;
export const LONG_CENTER: i32 = 1;

function hop(): i32 {
  return windowSamples() >> 1;
}

/** How many windows; the last one is flush with the end. */
export function windowCount(samples: i32, mode: i32): i32 {
  const beyond = samples - windowSamples();
  if (beyond <= 0 || mode === LONG_CENTER) return 1;
  return 1 + beyond / hop() + (beyond % hop() === 0 ? 0 : 1);
}

/** The first sample of a window. */
export function windowStart(index: i32, samples: i32, mode: i32): i32 {
  const beyond = samples - windowSamples();
  if (beyond <= 0) return 0;
  return mode === LONG_CENTER ? beyond >> 1 : min(index * hop(), beyond);
}

/** The end of the window that starts there: the recording's end when that is earlier. */
export function windowEnd(start: i32, samples: i32): i32 {
  return min(start + windowSamples(), samples);
}

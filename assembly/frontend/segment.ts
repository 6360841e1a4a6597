import { WINDOW_SAMPLES } from "../generated/model";

/** How a recording fills the segment: its length at 16 kHz, and the position of the next sample. */
let samples: i32 = 0;
let position: i32 = 0;

export function startSegment(announced: i32): void {
  samples = announced;
  position = 0;
}

/** The announced length. */
export function announcedSamples(): i32 {
  return samples;
}

/** Samples received so far. */
export function segmentPosition(): i32 {
  return position;
}

/** Samples that the crop leaves. */
export function croppedSamples(): i32 {
  return min(samples, WINDOW_SAMPLES);
}

/** Zeros before and after a short recording. */
export function zerosBefore(): i32 {
  return max(WINDOW_SAMPLES - samples, 0) >> 1;
}
export function zerosAfter(): i32 {
  return max(WINDOW_SAMPLES - samples, 0) - zerosBefore();
}

/** How many samples the crop takes from the front of a long recording. */
function skipped(): i32 {
  return max(samples - WINDOW_SAMPLES, 0) >> 1;
}

/** Counts received samples: no more than were announced. */
export function samplesReceived(count: i32): void {
  position += count;
}

/** Which of the next `count` samples are inside the segment (the center of a long recording): from the first up to, not including, the end. */
export function firstInside(count: i32): i32 {
  return max(0, min(count, skipped() - position));
}
export function endInside(count: i32): i32 {
  return max(0, min(count, skipped() + WINDOW_SAMPLES - position));
}

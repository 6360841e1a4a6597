import { WINDOW_SAMPLES } from "../generated/model";

/** Where a recording lies in the segment: its length at 16 kHz, and the position of the next sample. */
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

/** Samples that have come. */
export function segmentPosition(): i32 {
  return position;
}

/** Samples that the crop leaves. */
export function croppedSamples(): i32 {
  return min(samples, WINDOW_SAMPLES);
}

/** Zeros in front of and behind a short recording. */
export function zerosInFront(): i32 {
  return max(WINDOW_SAMPLES - samples, 0) >> 1;
}
export function zerosBehind(): i32 {
  return max(WINDOW_SAMPLES - samples, 0) - zerosInFront();
}

/** Counts the next sample: true when it lies inside the segment (the centre of a long recording). */
export function insideSegment(): bool {
  const skipped = max(samples - WINDOW_SAMPLES, 0) >> 1;
  const inside = position >= skipped && position - skipped < WINDOW_SAMPLES;
  position++;
  return inside;
}

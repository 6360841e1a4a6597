import { FRAME } from "../generated/memory_map";
import { FRAME_SAMPLES, HOP_SAMPLES } from "../generated/model";
import { NORMALIZES } from "../generated/normalization";
import { frameToMfcc, silentMfcc } from "./frame_mfcc";
import { normalize, silence, startNormalization } from "./normalization";

/** Samples in FRAME, int16. */
let filled: i32 = 0;

export function startFrames(): void {
  filled = 0;
  if (NORMALIZES) startNormalization(0);
}

/** How many more samples the frame has room for, and where they go. */
export function frameRoom(): i32 {
  return FRAME_SAMPLES - filled;
}
export function frameEnd(): usize {
  return FRAME + ((<usize>filled) << 1);
}

/** `count` samples, at most frameRoom(), have been written to frameEnd(). True when they complete a frame; nextFrame() must then be called. */
export function frameFilled(count: i32): bool {
  filled += count;
  return filled == FRAME_SAMPLES;
}

/** The frame loses its first hop. */
export function nextFrame(): void {
  memory.copy(FRAME, FRAME + ((<usize>HOP_SAMPLES) << 1), (FRAME_SAMPLES - HOP_SAMPLES) << 1);
  filled = FRAME_SAMPLES - HOP_SAMPLES;
}

/**
 * For segments: as frameFilled(), and the MFCCs of a complete frame are at MFCC. A segment's last samples that fill no frame are dropped.
 */
export function samplesAdded(count: i32): bool {
  if (!frameFilled(count)) return false;
  if (NORMALIZES) {
    if (isSilent() || !normalizedFrame()) silence();
  } else if (isSilent()) {
    silentMfcc();
  } else {
    frameToMfcc();
  }
  nextFrame();
  return true;
}

/** The normalized MFCCs of the frame; false if it is silent. */
function normalizedFrame(): bool {
  frameToMfcc();
  return normalize();
}

/** Whether all samples of the frame are zero. */
export function isSilent(): bool {
  for (let at: usize = FRAME; at < FRAME + (FRAME_SAMPLES << 1); at += 4) if (load<u32>(at) != 0) return false;
  return true;
}

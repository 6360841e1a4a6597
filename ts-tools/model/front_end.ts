import type { FrontEnd } from "./model_types.js";

/** The front end of the published Light-SERNet: 3 s at 16 kHz, frames of 64 ms every 16 ms, 40 MFCCs of 128 mel bands. */
export const REFERENCE_FRONT_END: FrontEnd = {
  sampleRate: 16000,
  windowSamples: 48000,
  frameSamples: 1024,
  hopSamples: 256,
  melBands: 128,
  melLowHz: 80,
  melHighHz: 7600,
  logFloor: 1e-6,
  coefficients: 40,
  clip: 10,
};

/** Whether a front end's frames are those that the voice gate knows; others have no stream. The window and the coefficients may differ. */
export function hasStream(frontEnd: FrontEnd): boolean {
  const same = ["sampleRate", "frameSamples", "hopSamples", "melBands", "melLowHz", "melHighHz", "logFloor"] as const;
  return same.every((name) => frontEnd[name] === REFERENCE_FRONT_END[name]);
}

/** Ten minutes, the longest that `segment` cuts. The module never holds a window, but it counts its samples, and 999 times as many in ranks; hosts do hold one. */
export const MOST_WINDOW_SAMPLES = 600 * REFERENCE_FRONT_END.sampleRate;

/** Frames of one segment, no padding: 184 for the reference. */
export function frameCount(frontEnd: FrontEnd): number {
  return Math.floor((frontEnd.windowSamples - frontEnd.frameSamples) / frontEnd.hopSamples) + 1;
}

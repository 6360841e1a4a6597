import { LARGEST_LEVEL, LEVEL_SCALE } from "../generated/model";
import { levelSamples as levelSamplesScalar } from "./level_samples";
import { levelSamples as levelSamplesSimd } from "./simd/level_samples";

/** Levels below one int16 step count as one: nothing is amplified more than that. */
const SMALLEST_LEVEL: i32 = LEVEL_SCALE;

/** Fixed point, 32 fraction bits; 0 silences. */
let gain: i64 = 0;

/** Sets the gain that brings `level` to full scale: one 64-bit division a segment. */
export function setLevel(level: i32): void {
  if (level == 0) {
    gain = 0;
    return;
  }
  const divisor = i64(max(level, SMALLEST_LEVEL));
  gain = ((i64(LARGEST_LEVEL) << 32) + (divisor >> 1)) / divisor;
}

/** int16 [count] samples from `source` to `target`, brought to full scale. */
export function levelSamples(source: usize, target: usize, count: i32): void {
  if (ASC_FEATURE_SIMD) levelSamplesSimd(source, target, count, gain);
  else levelSamplesScalar(source, target, count, gain);
}

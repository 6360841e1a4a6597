import { LEVEL_SCALE } from "../generated/model";
import { levelSamples as levelSamplesSimd } from "./simd/gain";

/** The largest level: |x| = 32768 everywhere. */
export const LARGEST_LEVEL: i32 = 32768 * LEVEL_SCALE;
/** Levels below one int16 step count as one: nothing is amplified more than that. */
const SMALLEST_LEVEL: i32 = LEVEL_SCALE;

/** Fixed point, 32 fraction bits; 0 silences. */
let gain: i64 = 0;

/** Sets the gain that brings `level` (thousandths of an int16 step) to full scale: one 64-bit division a segment. */
export function setLevel(level: i32): void {
  if (level == 0) {
    gain = 0;
    return;
  }
  const at = i64(max(level, SMALLEST_LEVEL));
  gain = ((i64(LARGEST_LEVEL) << 32) + (at >> 1)) / at;
}

/** A sample, levelled: sign(x) * round(|x| * gain), clamped to int16. */
export function levelled(sample: i32): i32 {
  // At most 2^15 * 2^15.
  const magnitude = i32((i64(abs(sample)) * gain + (i64(1) << 31)) >> 32);
  return sample < 0 ? -min(magnitude, 32768) : min(magnitude, 32767);
}

/** int16 samples that lie one behind the other, levelled. */
export function levelSamples(source: usize, target: usize, count: i32): void {
  if (ASC_FEATURE_SIMD) {
    const done = levelSamplesSimd(source, target, count, gain);
    source += (<usize>done) << 1;
    target += (<usize>done) << 1;
    count -= done;
  }
  for (const end = source + ((<usize>count) << 1); source < end; source += 2) {
    store<i16>(target, levelled(i32(load<i16>(source))));
    target += 2;
  }
}

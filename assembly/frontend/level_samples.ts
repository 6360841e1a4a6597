/** A sample times the gain: sign(x) * round(|x| * gain), clamped to int16. */
function leveled(sample: i32, gain: i64): i32 {
  // At most 2^15 * 2^15.
  const magnitude = i32((i64(abs(sample)) * gain + (i64(1) << 31)) >> 32);
  return sample < 0 ? -min(magnitude, 32768) : min(magnitude, 32767);
}

/**
 * int16 samples times the gain, rounded and clamped.
 *
 * source, target   int16 [count]
 * gain             fixed point, 32 fraction bits, at most 2^47
 */
export function levelSamples(source: usize, target: usize, count: i32, gain: i64): void {
  for (const end = source + ((<usize>count) << 1); source < end; source += 2) {
    store<i16>(target, leveled(i32(load<i16>(source)), gain));
    target += 2;
  }
}

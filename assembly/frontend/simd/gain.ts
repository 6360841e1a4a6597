/** The most that a magnitude may be before its sign comes back. */
const LARGEST: i32 = 32768;

/**
 * As `levelSamples` of the scalar front end, eight samples at a time: |x| * gain in two parts, whole * 2^32 + fraction, of which the upper word of the lower one
 * is kept. Whatever is left of the last eight is the caller's; gives the samples done.
 *
 * gain   32 fraction bits, at most 2^47
 */
export function levelSamples(source: usize, target: usize, count: i32, gain: i64): i32 {
  const whole = i32x4.splat(i32(gain >> 32));
  const fraction = i32x4.splat(i32(gain));
  const done = count & ~7;
  for (const end = source + ((<usize>done) << 1); source < end; source += 16) {
    const samples = v128.load(source);
    const low = levelFour(i32x4.extend_low_i16x8_s(samples), whole, fraction);
    const high = levelFour(i32x4.extend_high_i16x8_s(samples), whole, fraction);
    v128.store(target, i16x8.narrow_i32x4_s(low, high));
    target += 16;
  }
  return done;
}

function levelFour(samples: v128, whole: v128, fraction: v128): v128 {
  const half = i64x2.splat(1 << 31);
  const magnitudes = i32x4.abs(samples);
  const low = i64x2.add(i64x2.extmul_low_i32x4_u(magnitudes, fraction), half);
  const high = i64x2.add(i64x2.extmul_high_i32x4_u(magnitudes, fraction), half);
  const rounded = i32x4.add(i32x4.mul(magnitudes, whole), v128.shuffle<i32>(low, high, 1, 3, 5, 7));
  const sign = i32x4.shr_s(samples, 31);
  return i32x4.sub(v128.xor(i32x4.min_s(rounded, i32x4.splat(LARGEST)), sign), sign);
}

import { levelSamples as levelRest } from "../level_samples";

/** The largest magnitude before its sign comes back. */
const LARGEST: i32 = 32768;

/** Eight samples at a time: |x| * gain in two parts, whole * 2^32 + fraction; of the fraction's product only the upper word counts. */
export function levelSamples(source: usize, target: usize, count: i32, gain: i64): void {
  const whole = i32x4.splat(i32(gain >> 32));
  const fraction = i32x4.splat(i32(gain));
  for (const end = source + ((<usize>(count & ~7)) << 1); source < end; source += 16) {
    const samples = v128.load(source);
    const low = levelFour(i32x4.extend_low_i16x8_s(samples), whole, fraction);
    const high = levelFour(i32x4.extend_high_i16x8_s(samples), whole, fraction);
    v128.store(target, i16x8.narrow_i32x4_s(low, high));
    target += 16;
  }
  levelRest(source, target, count & 7, gain);
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

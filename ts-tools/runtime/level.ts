/** Level and gain of docs/arithmetic.md, section 3, outside the module: the same bits, for segments of any length. */

import { LARGEST_LEVEL, LEVEL_QUANTILE, LEVEL_SCALE } from "../model/levels.js";

/** The level of samples in thousandths of an int16 step, by sorting them. */
export function levelOf(samples: Int16Array): number {
  if (samples.length === 0) return 0;
  const sorted = Uint16Array.from(samples, Math.abs).sort();
  const rank = LEVEL_QUANTILE * (samples.length - 1);
  const whole = Math.floor(rank / LEVEL_SCALE);
  const rest = rank % LEVEL_SCALE;
  const below = sorted[whole]!;
  return rest === 0 ? LEVEL_SCALE * below : LEVEL_SCALE * below + rest * (sorted[whole + 1]! - below);
}

/** Samples scaled so that their level becomes full scale; zeros for a level of 0. */
export function levelSamples(samples: Int16Array, level: number): Int16Array {
  if (level === 0) return new Int16Array(samples.length);
  const divisor = BigInt(Math.max(level, LEVEL_SCALE));
  const gain = ((BigInt(LARGEST_LEVEL) << 32n) + divisor / 2n) / divisor;
  // (|x| gain + 2^31) >> 32 in two parts: |x| times 32 bits stays below 2^53, so that doubles are exact.
  const high = Number(gain >> 32n);
  const low = Number(gain & 0xffffffffn);
  return samples.map((sample) => {
    const size = Math.abs(sample);
    const leveled = size * high + Math.floor((size * low + 2 ** 31) / 2 ** 32);
    return Math.max(-32768, Math.min(32767, sample < 0 ? -leveled : leveled));
  });
}

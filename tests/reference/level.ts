/**
 * The 99.9th percentile of |x| in thousandths of an int16 step, 0..32,768,000 (docs/arithmetic.md, section 3): linear between the two ranks
 * around 0.999 (n - 1) of the sorted magnitudes. Without samples it is 0.
 */
export function levelOf(samples: Int16Array): number {
  if (samples.length === 0) return 0;
  const sorted = Array.from(samples, Math.abs).sort((a, b) => a - b);
  const rank = 999 * (sorted.length - 1);
  const q = Math.floor(rank / 1000);
  const r = rank % 1000;
  const below = sorted[q]!;
  const above = sorted[q + 1] ?? below;
  return 1000 * below + r * (above - below);
}

/** Amplifies so that `level` becomes full scale: y = sign(x) ((|x| G + 2^31) >> 32). With a level of 0 all samples become 0. */
export function applyLevel(samples: Int16Array, level: number): Int16Array {
  if (level === 0) return new Int16Array(samples.length);
  const gain = gainOf(level);
  return samples.map((x) => {
    const magnitude = Number((BigInt(Math.abs(x)) * gain + 2n ** 31n) >> 32n);
    return x < 0 ? Math.max(-magnitude, -32768) : Math.min(magnitude, 32767);
  });
}

/** G = 2^32 * 32,768,000 / max(L, 1000), rounded: 32 bits after the point. */
function gainOf(level: number): bigint {
  const divisor = BigInt(Math.max(level, 1000));
  return (32768000n * 2n ** 32n + divisor / 2n) / divisor;
}

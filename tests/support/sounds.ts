/** Sounds for tests, the same on every run. */

/** int16 noise from a 32-bit xorshift generator, its amplitude in int16 steps. */
export function noise(count: number, amplitude = 12000, seed = 1): Int16Array {
  let state = seed | 0 || 1;
  return Int16Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.trunc((state / 2 ** 31) * amplitude);
  });
}

/** A sound a little like a voice: harmonics of a pitch that glides, under an envelope of syllables, with some noise. */
export function voice(count: number, rate = 16000, seed = 1): Int16Array {
  const hiss = noise(count, 300, seed);
  const divisors = Array.from({ length: 12 }, (_, index) => (index + 1) ** (0.8 + 0.1 * (seed % 5)));
  let phase = 0;
  return Int16Array.from({ length: count }, (_, i) => {
    const seconds = i / rate;
    phase += (2 * Math.PI * (140 + 40 * Math.sin(2 * Math.PI * (0.3 + 0.1 * (seed % 7)) * seconds))) / rate;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * (2.5 + 0.2 * (seed % 3)) * seconds));
    if (syllable === 0) return hiss[i]!;
    let sum = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) sum += Math.sin(harmonic * phase) / divisors[harmonic - 1]!;
    return Math.round(5000 * sum * syllable + hiss[i]!);
  });
}

/** A square wave of full scale. */
export function square(count: number, halfPeriod = 40): Int16Array {
  return Int16Array.from({ length: count }, (_, i) => (Math.floor(i / halfPeriod) % 2 === 0 ? 32767 : -32768));
}

/** The samples of a recording that one window of `windowSamples` keeps: all, or the center (docs/arithmetic.md, section 3). */
export function cropCenter(samples: Int16Array, windowSamples: number): Int16Array {
  if (samples.length <= windowSamples) return samples.slice();
  const front = Math.floor((samples.length - windowSamples) / 2);
  return samples.slice(front, front + windowSamples);
}

/** Zeros on both sides up to `windowSamples`: `before` in front, or half of them, and then the odd one goes after. */
export function padBothSides(samples: Int16Array, windowSamples: number, before?: number): Int16Array {
  const padded = new Int16Array(windowSamples);
  padded.set(samples, before ?? Math.floor((windowSamples - samples.length) / 2));
  return padded;
}

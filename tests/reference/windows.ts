/**
 * First samples of the windows over a recording (docs/arithmetic.md, section 7): every half window while one fits, and one more that ends
 * flush when the last of them does not. A recording of at most one window has one, which starts at 0.
 */
export function windowStarts(samples: number, windowSamples: number): number[] {
  if (samples <= windowSamples) return [0];
  const hop = Math.floor(windowSamples / 2);
  const last = samples - windowSamples;
  const starts: number[] = [];
  for (let start = 0; start <= last; start += hop) starts.push(start);
  if (starts.at(-1) !== last) starts.push(last);
  return starts;
}

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

/**
 * Where crops begin (docs/arithmetic.md, section 7): first samples of windows in a longer recording, first samples of a shorter recording in its window. A single one is
 * in the middle; of several, the first is at one end and the last at the other. No place twice.
 */
export function cropStarts(samples: number, windowSamples: number, crops: number): number[] {
  const room = Math.abs(samples - windowSamples);
  if (crops === 1) return [Math.floor(room / 2)];
  const last = Math.min(crops - 1, room);
  const starts: number[] = [];
  for (let index = 0; index <= last; index++) starts.push(last === 0 ? 0 : (index * room - ((index * room) % last)) / last);
  return starts;
}

/** ITU-T G.711, from the tables 1 and 2 of the recommendation: segments of 16 values each, twice as far apart from one segment to the next. */

/** int16 values of the 256 mu-law codes: 14 bits, 4 steps each. Codes are inverted; the highest bit is 1 for positive values. */
export const MULAW = Int16Array.from({ length: 256 }, (_, code) => {
  const segment = Math.floor((255 - code) / 16) % 8;
  const value = 4 * ((33 + 2 * ((255 - code) % 16)) * 2 ** segment - 33);
  return code < 128 ? -value : value;
});

/** int16 values of the 256 A-law codes: 13 bits, 8 steps each. Even bits are inverted; the highest bit is 1 for positive values. */
export const ALAW = Int16Array.from({ length: 256 }, (_, code) => {
  const plain = code ^ 0b01010101;
  const segment = Math.floor(plain / 16) % 8;
  const value = 8 * (segment === 0 ? 1 + 2 * (plain % 16) : (33 + 2 * (plain % 16)) * 2 ** (segment - 1));
  return plain < 128 ? -value : value;
});

/** The code whose value is nearest to an int16 sample, the first of two. */
export function nearestCode(table: Int16Array, sample: number): number {
  let best = 0;
  for (let code = 1; code < 256; code++) if (Math.abs(table[code]! - sample) < Math.abs(table[best]! - sample)) best = code;
  return best;
}

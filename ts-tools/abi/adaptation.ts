/** A speaker's statistics as bytes, which hosts keep (docs/arithmetic.md, section 8). Little endian. */

/**
 * Byte offsets. The magic is "LSA1"; the checksum is of everything after it.
 *
 *     uint32 magic   uint32 checksum   uint32 hash of the front end   int32 frames   float32 weight   float32 mean [coefficients]
 */
export const ADAPTATION = { MAGIC: 0, CHECKSUM: 4, FRONT_END: 8, FRAMES: 12, WEIGHT: 16, MEAN: 20 } as const;

/** Bytes of the statistics in a model of so many coefficients: 180 for 40. */
export function adaptationBytes(coefficients: number): number {
  return ADAPTATION.MEAN + 4 * coefficients;
}

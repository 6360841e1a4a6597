/** A speaker's statistics as bytes, which hosts keep (docs/arithmetic.md, section 8). Little endian. */

/**
 * Byte offsets. The magic is "LSA1"; the checksum is of everything after it.
 *
 *     uint32 magic   uint32 checksum   uint32 hash of the front end   int32 frames   float32 weight   float32 mean [coefficients]
 *
 * "LSA2", of models with `speakerAnswers`, goes on with a SPEAKER_ANSWER, and ends with
 *
 *     uint32 hash of the network
 */
export const ADAPTATION = { MAGIC: 0, CHECKSUM: 4, FRONT_END: 8, FRAMES: 12, WEIGHT: 16, MEAN: 20 } as const;

/**
 * A speaker's mean answer, byte offsets.
 *
 *     float32 weight   float32 mean [classes]
 */
export const SPEAKER_ANSWER = { WEIGHT: 0, MEAN: 4 } as const;

export function speakerAnswerBytes(classes: number): number {
  return SPEAKER_ANSWER.MEAN + 4 * classes;
}

/** Bytes of the statistics: 180 for 40 coefficients; with `speakerAnswers`, which needs the number of classes, 216 for 40 and 7. */
export function adaptationBytes(coefficients: number, answerClasses?: number): number {
  return ADAPTATION.MEAN + 4 * coefficients + (answerClasses === undefined ? 0 : speakerAnswerBytes(answerClasses) + 4);
}

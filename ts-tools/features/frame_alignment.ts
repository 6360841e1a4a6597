/** Features that are ours, but with frames cut off or added. */
import type { Matrix } from "./cepstrum.js";

/** Frames that somebody may have cut off or added at an end; more of them are another hop, or another sound. */
export const MOST_FRAMES_CUT = 6;

/** Of a user's features, compared with ours: frames that are missing at each end; less than 0 if some were added. */
export interface MissingFrames {
  first: number;
  last: number;
}

/** Undefined if no shift of a few frames makes them the same, as `isSame` judges. */
export function missingFrames(user: Matrix, ours: Matrix, isSame: (a: Matrix, b: Matrix) => boolean): MissingFrames | undefined {
  if (ours.frames <= 2 * MOST_FRAMES_CUT) return undefined;
  for (let size = 0; size <= MOST_FRAMES_CUT; size++) {
    for (const first of size === 0 ? [0] : [size, -size]) {
      const last = ours.frames - first - user.frames;
      if (Math.abs(last) > MOST_FRAMES_CUT) continue;
      if (isSame(from(user, Math.max(0, -first)), from(ours, Math.max(0, first)))) return { first, last };
    }
  }
  return undefined;
}

function from({ frames, columns, values }: Matrix, first: number): Matrix {
  return { frames: frames - first, columns, values: values.subarray(first * columns) };
}

/** "its last frame is missing"; nothing if none is and none was added. */
export function missingInWords({ first, last }: MissingFrames): string {
  return [ofEnd(first, "first", "start"), ofEnd(last, "last", "end")].filter((words) => words !== "").join(" and ");
}

function ofEnd(missing: number, which: string, where: string): string {
  if (missing === 0) return "";
  if (missing > 0) return missing === 1 ? `its ${which} frame is missing` : `its ${which} ${missing} frames are missing`;
  return missing === -1 ? `a frame was added at its ${where}` : `${-missing} frames were added at its ${where}`;
}

import { COEFFICIENTS, DCT_INDEX_MASK, DCT_SCALE, DCT_STEP, FRAME_SAMPLES, MEL_BANDS, MFCC_CLIP } from "../generated/model";
import { COSINES } from "../generated/tables";
import { MEL, MFCC } from "../memory_map";
import { melLogarithm } from "./mel";

/**
 * The first COEFFICIENTS of the DCT-II of the log mel energies, scaled 2/sqrt(2 MEL_BANDS) and clipped. Its cosines are symmetric (even coefficients) or
 * antisymmetric (odd ones) about the middle, so the bands are added or subtracted in pairs first; the cosines are those of the FFT:
 * cos(pi (2n+1) k / (2 MEL_BANDS)) = cos(2 pi j / FRAME_SAMPLES) with j = (2n+1) k DCT_STEP.
 */
export function dct(): void {
  const last = MEL + ((<usize>(MEL_BANDS - 1)) << 2);
  const half = MEL + ((<usize>(MEL_BANDS >> 1)) << 2);
  for (let k = 0; k < COEFFICIENTS; k++) {
    let index = k * DCT_STEP;
    const step = 2 * index;
    const odd = (k & 1) != 0;
    let sum: f32 = 0;
    let mirrored = last;
    for (let at: usize = MEL; at < half; at += 4) {
      index &= DCT_INDEX_MASK;
      const folded = index > FRAME_SAMPLES >> 1 ? FRAME_SAMPLES - index : index;
      const cosine = load<f32>(COSINES + ((<usize>folded) << 2));
      const pair = odd ? load<f32>(at) - load<f32>(mirrored) : load<f32>(at) + load<f32>(mirrored);
      sum = at == MEL ? pair * cosine : sum + pair * cosine;
      index += step;
      mirrored -= 4;
    }
    store<f32>(MFCC + ((<usize>k) << 2), min<f32>(max<f32>(sum * DCT_SCALE, -MFCC_CLIP), MFCC_CLIP));
  }
}

/** The MFCCs of a frame of zeros: an empty filter bank has the zeroth coefficient only, the others are exactly zero. */
export function silentMfcc(): void {
  memory.fill(MEL, 0, MEL_BANDS << 2);
  melLogarithm();
  dct();
  memory.fill(MFCC + 4, 0, (COEFFICIENTS - 1) << 2);
}

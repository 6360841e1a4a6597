import { MEL, MFCC, SPECTRUM } from "../generated/memory_map";
import { COEFFICIENTS, DCT_SCALE, DCT_STEP, FRAME_SAMPLES, MEL_BANDS, MFCC_CLIP, SPECTRUM_POINTS_LOG2 } from "../generated/model";
import { NORMALIZES } from "../generated/normalization";
import { COSINES } from "../generated/tables";

/** Pairs of bands: their sums, then their differences, are stored after the last magnitude, where the imaginary parts were. */
export const PAIRS: usize = <usize>MEL_BANDS >> 1;
export const PAIR_SUMS: usize = SPECTRUM + ((<usize>FRAME_SAMPLES) << 1) + 8;
export const PAIR_DIFFERENCES: usize = PAIR_SUMS + (PAIRS << 2);

/**
 * The first COEFFICIENTS of the DCT-II of the log mel energies, scaled 2/sqrt(2 MEL_BANDS) and clipped; in a module that normalizes, normalization.ts clips
 * them. Its cosines are symmetric (even coefficients) or antisymmetric (odd ones) about the middle, so the bands are added or subtracted in pairs first; the
 * cosines are those of the FFT:
 * cos(pi (2n+1) k / (2 MEL_BANDS)) = cos(2 pi j / FRAME_SAMPLES) with j = (2n+1) k DCT_STEP.
 */
export function dct(): void {
  addPairs();
  for (let k = 0; k < COEFFICIENTS; k++) {
    const sum = coefficient(k, (k & 1) != 0 ? PAIR_DIFFERENCES : PAIR_SUMS);
    const scaled = sum * DCT_SCALE;
    store<f32>(MFCC + ((<usize>k) << 2), NORMALIZES ? scaled : min<f32>(max<f32>(scaled, -MFCC_CLIP), MFCC_CLIP));
  }
}

export function addPairs(): void {
  let mirrored = MEL + ((<usize>(MEL_BANDS - 1)) << 2);
  for (let at: usize = 0; at < PAIRS << 2; at += 4) {
    const band = load<f32>(MEL + at);
    const opposite = load<f32>(mirrored);
    store<f32>(PAIR_SUMS + at, band + opposite);
    store<f32>(PAIR_DIFFERENCES + at, band - opposite);
    mirrored -= 4;
  }
}

/** From the angle of a cosine, in 2^32 parts of a turn, to its byte offset in the table. */
const ANGLE_SHIFT: u32 = 32 - (SPECTRUM_POINTS_LOG2 + 3);

/** The cosine of coefficient k for a pair of bands. */
export function dctCosine(pair: i32, k: i32): f32 {
  const angle: u32 = ((2 * pair + 1) * k * DCT_STEP) << (ANGLE_SHIFT + 2);
  return load<f32>(COSINES + <usize>(angle >> ANGLE_SHIFT));
}

/** Sum of pair * cosine. The angle wraps around by itself, as the table of one turn does. */
function coefficient(k: i32, pair: usize): f32 {
  const first: u32 = (k * DCT_STEP) << (ANGLE_SHIFT + 2);
  const step = 2 * first;
  const end = pair + (PAIRS << 2);
  const unrolledEnd = pair + ((PAIRS & ~7) << 2);
  let angle = first - step;
  // -0 + x is x, whatever the sign of a zero x.
  let sum: f32 = -0.0;
  while (pair < unrolledEnd) {
    angle += step;
    sum += load<f32>(pair) * load<f32>(COSINES + <usize>(angle >> ANGLE_SHIFT));
    angle += step;
    sum += load<f32>(pair, 4) * load<f32>(COSINES + <usize>(angle >> ANGLE_SHIFT));
    angle += step;
    sum += load<f32>(pair, 8) * load<f32>(COSINES + <usize>(angle >> ANGLE_SHIFT));
    angle += step;
    sum += load<f32>(pair, 12) * load<f32>(COSINES + <usize>(angle >> ANGLE_SHIFT));
    angle += step;
    sum += load<f32>(pair, 16) * load<f32>(COSINES + <usize>(angle >> ANGLE_SHIFT));
    angle += step;
    sum += load<f32>(pair, 20) * load<f32>(COSINES + <usize>(angle >> ANGLE_SHIFT));
    angle += step;
    sum += load<f32>(pair, 24) * load<f32>(COSINES + <usize>(angle >> ANGLE_SHIFT));
    angle += step;
    sum += load<f32>(pair, 28) * load<f32>(COSINES + <usize>(angle >> ANGLE_SHIFT));
    pair += 32;
  }
  while (pair < end) {
    angle += step;
    sum += load<f32>(pair) * load<f32>(COSINES + <usize>(angle >> ANGLE_SHIFT));
    pair += 4;
  }
  return sum;
}

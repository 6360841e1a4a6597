import { MEL, MFCC } from "../generated/memory_map";
import { COEFFICIENTS, MEL_BANDS, SPECTRUM_POINTS } from "../generated/model";
import { melFilterBank, melLogarithm as melLogarithmScalar } from "./mel";
import { dct as dctScalar } from "./mfcc";
import { melLogarithm as melLogarithmSimd } from "./simd/mel";
import { dct as dctSimd } from "./simd/mfcc";
import { spectrum as spectrumSimd } from "./simd/spectrum";
import { prepareFrontEnd } from "./simd/tables";
import { spectrum as spectrumScalar } from "./spectrum";

/** frame -> spectrum -> mel -> ln -> MFCC, each stage by the kernel of this build. */
export function frameToMfcc(): void {
  frameToMel();
  dct();
}

/** frame -> spectrum -> mel -> ln. */
export function frameToMel(): void {
  spectrum();
  melFilterBank();
  melLogarithm();
}

/** The SIMD transform takes four of the last quarter at once. */
const VECTOR_POINTS: i32 = 16;

export function spectrum(): void {
  if (ASC_FEATURE_SIMD && SPECTRUM_POINTS >= VECTOR_POINTS) {
    prepareFrontEnd();
    spectrumSimd();
  } else {
    spectrumScalar();
  }
}

export { melFilterBank } from "./mel";

export function melLogarithm(): void {
  if (ASC_FEATURE_SIMD) melLogarithmSimd();
  else melLogarithmScalar();
}

export function dct(): void {
  if (ASC_FEATURE_SIMD) {
    prepareFrontEnd();
    dctSimd();
  } else {
    dctScalar();
  }
}

/** The log mel energies of a frame of zeros. */
export function silentMel(): void {
  memory.fill(MEL, 0, MEL_BANDS << 2);
  melLogarithm();
}

/** The MFCCs of a frame of zeros: an empty filter bank has the zeroth coefficient only, the others are exactly zero. */
export function silentMfcc(): void {
  silentMel();
  dct();
  memory.fill(MFCC + 4, 0, (COEFFICIENTS - 1) << 2);
}

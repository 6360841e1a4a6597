/** The network's input for a frame with speech: MFCCs, as loud as if the tracked level were full scale. */

import { dct } from "../frontend/frame_mfcc";
import { ln } from "../frontend/ln";
import { normalize } from "../frontend/normalization";
import { MEL, MFCC } from "../generated/memory_map";
import { DCT_SCALE, MEL_BANDS, MFCC_CLIP } from "../generated/model";
import { NORMALIZES } from "../generated/normalization";
import { ENERGY_STEP } from "../generated/stream";
import { trackedLevel } from "./level";

const FULL_SCALE: f32 = 1.0 / 32768.0;
/** From nepers to hundredths of a decibel: 2000 / ln(10). */
const DECIBELS: f32 = 868.5889638;

/** The tracked level in nepers of full scale: 0 or less. */
function levelInNepers(): f32 {
  return ln(f32(trackedLevel()) * FULL_SCALE);
}

/** The tracked level in hundredths of a decibel of full scale. */
export function levelInDecibels(): i32 {
  return i32(nearest<f32>(levelInNepers() * DECIBELS));
}

/** The coefficients of a frame as loud as it is, to MFCC, from its log mel energies; the zeroth is not clipped. */
export function coefficients(): void {
  const energy = NORMALIZES ? 0 : energyOfBands();
  dct();
  if (!NORMALIZES) store<f32>(MFCC, energy);
}

/** These coefficients to the network's input. False if the frame is silent after all. */
export function speechFeatures(): bool {
  const leveled = load<f32>(MFCC) - levelInNepers() * ENERGY_STEP;
  store<f32>(MFCC, NORMALIZES ? leveled : min<f32>(max<f32>(leveled, -MFCC_CLIP), MFCC_CLIP));
  return !NORMALIZES || normalize();
}

/** The zeroth coefficient before the clip, band by band: dct() clips it in a module that does not normalize. */
function energyOfBands(): f32 {
  let sum: f32 = 0;
  for (let band: usize = 0; band < (<usize>MEL_BANDS) << 2; band += 4) sum += load<f32>(MEL + band);
  return sum * DCT_SCALE;
}

import type { FrontEnd } from "../../ts-tools/model/model_types.js";
import { f32 } from "./rounding.js";

/** The position of a bin between the filters: it rises in filter `band` with weight `rising` and falls in filter `band - 1` with 1 - rising. */
export interface MelBin {
  bin: number;
  band: number;
  /** float32. */
  rising: number;
}

/** The bins that take part, ascending; the DC bin does not (docs/arithmetic.md, section 4, step 4; computed in float64). */
export function melBins(frontEnd: FrontEnd): MelBin[] {
  const low = mel(frontEnd.melLowHz);
  const high = mel(frontEnd.melHighHz);
  const bins: MelBin[] = [];
  for (let bin = 1; bin <= frontEnd.frameSamples / 2; bin++) {
    const hz = (bin * frontEnd.sampleRate) / frontEnd.frameSamples;
    const position = ((mel(hz) - low) * (frontEnd.melBands + 1)) / (high - low);
    if (position < 0 || position >= frontEnd.melBands + 1) continue;
    const band = Math.floor(position);
    bins.push({ bin, band, rising: f32(position - band) });
  }
  return bins;
}

/** HTK's mel scale. */
function mel(hz: number): number {
  return 1127 * Math.log(1 + hz / 700);
}

/** float32 magnitudes [F/2 + 1] to float32 mel energies [bands]: triangles, no area normalization. */
export function melFilterBank(magnitude: Float32Array, bins: readonly MelBin[], bands: number): Float32Array {
  const filter = new Float32Array(bands);
  for (const { bin, band, rising } of bins) {
    const value = magnitude[bin]!;
    if (band < bands) filter[band] = f32(filter[band]! + f32(value * rising));
    if (band > 0) filter[band - 1] = f32(filter[band - 1]! + f32(value * f32(1 - rising)));
  }
  return filter;
}

import { MEL, SPECTRUM } from "../generated/memory_map";
import { LOG_FLOOR, MEL_BANDS, MEL_FIRST_BIN } from "../generated/model";
import { MEL_BAND_BINS, MEL_SHARES } from "../generated/tables";
import { ln } from "./ln";

/**
 * Magnitudes to log mel energies, float32 [MEL_BANDS]. The triangles are linear in mel and overlap by half, so a bin is in one band between two
 * neighboring centers: it rises in the filter above with its share u and falls in the filter below with 1 - u. Tables: u of every bin,
 * and how many bins each of the MEL_BANDS + 1 bands has.
 */
export function melFilterBank(): void {
  const one: f32 = 1;
  let magnitude = SPECTRUM + ((<usize>MEL_FIRST_BIN) << 2);
  let share: usize = MEL_SHARES;
  let rising: f32 = 0;
  for (let band = 0; band <= MEL_BANDS; band++) {
    let falling = rising;
    rising = 0;
    for (let bins = i32(load<u8>(MEL_BAND_BINS + <usize>band)); bins > 0; bins--) {
      const value = load<f32>(magnitude);
      const u = load<f32>(share);
      rising += value * u;
      falling += value * (one - u);
      magnitude += 4;
      share += 4;
    }
    if (band > 0) store<f32>(MEL + ((<usize>(band - 1)) << 2), falling);
  }
}

/** ln(energy + floor), in place. */
export function melLogarithm(): void {
  for (let band: usize = 0; band < <usize>MEL_BANDS; band++) {
    store<f32>(MEL + (band << 2), ln(load<f32>(MEL + (band << 2)) + LOG_FLOOR));
  }
}

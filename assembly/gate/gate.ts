/** Whether somebody speaks: stands in for the voice gate until there is one. */
import { MEL } from "../generated/memory_map";
import { MEL_BANDS } from "../generated/model";

let floor: f32 = 0;
let open: i32 = 0;

export function startGate(): void {
  floor = 100;
  open = 0;
}

export function gateFrame(): bool {
  let sum: f32 = 0;
  for (let band: usize = 0; band < <usize>MEL_BANDS << 2; band += 4) sum += load<f32>(MEL + band);
  const energy = sum / f32(MEL_BANDS);
  const above: f32 = 1.5;
  const least: f32 = -4;
  const step: f32 = 0.002;
  floor = min<f32>(floor + step, energy);
  if (energy > floor + above && energy > least) open = 20;
  else open = max(open - 1, 0);
  return open > 0;
}

/** Log mel energies -> what the gate's network receives: of each band how far it is above its floor, and the shape of the spectrum, in sixteenths of a neper. */
import {
  BANDS,
  BANDS_LOG2,
  FLOOR_FALL,
  FLOOR_RISE,
  LARGEST_INPUT,
  LEAST_ENERGY,
  MEL_PER_BAND,
  POOL_SCALE,
  VALUES_OFFSET,
} from "../generated/gate";
import { GATE_FLOORS, GATE_WEIGHTS, MEL } from "../generated/memory_map";

/** int16: inputs of a layer of the network. */
export const GATE_VALUES: usize = GATE_WEIGHTS + VALUES_OFFSET;

/** Fraction bits of a floor. */
const FLOOR_BITS: i32 = 8;

let started: bool = false;

export function startBands(): void {
  started = false;
}

/** float32 MEL [MEL_BANDS] -> int16 GATE_VALUES [2][BANDS]. */
export function bandFeatures(): void {
  const mean = poolBands() >> BANDS_LOG2;
  for (let band: usize = 0; band < <usize>BANDS; band++) {
    const above = GATE_VALUES + (band << 1);
    const energy = i32(load<i16>(above + ((<usize>BANDS) << 1)));
    store<i16>(above, clamped(energy - floorOf(GATE_FLOORS + (band << 2), energy)));
    store<i16>(above + ((<usize>BANDS) << 1), clamped(energy - mean));
  }
  started = true;
}

/** The bands' energies to the second half of GATE_VALUES; returns their sum. A band is the mean of MEL_PER_BAND neighbors. */
function poolBands(): i32 {
  let all = 0;
  let mel: usize = MEL;
  for (let at = GATE_VALUES + ((<usize>BANDS) << 1); at < GATE_VALUES + ((<usize>BANDS) << 2); at += 2) {
    let sum: f32 = 0;
    for (const end = mel + ((<usize>MEL_PER_BAND) << 2); mel < end; mel += 4) sum += load<f32>(mel);
    const energy = max(LEAST_ENERGY, i32(nearest<f32>(sum * POOL_SCALE)));
    store<i16>(at, energy);
    all += energy;
  }
  return all;
}

/** Moves a floor, int32 at `at`, to the energy: fast down, slowly up. The first frame is its own floor. */
function floorOf(at: usize, energy: i32): i32 {
  const target = energy << FLOOR_BITS;
  const before = started ? load<i32>(at) : target;
  const distance = target - before;
  const floor = before + (distance >> (distance > 0 ? FLOOR_RISE : FLOOR_FALL));
  store<i32>(at, floor);
  return floor >> FLOOR_BITS;
}

function clamped(value: i32): i32 {
  return max(-LARGEST_INPUT, min(LARGEST_INPUT, value));
}

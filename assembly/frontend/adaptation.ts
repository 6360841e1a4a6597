/**
 * A speaker's statistics: the running mean of the coefficients of every frame with speech since the start, or since they were loaded or reset, with a weight that
 * grows from 0. They have no effect on any answer until a host saves and loads them: a segment starts from what was loaded, so that the same sound after the same
 * load gives the same bits. Layout: ts-tools/emit/record_layouts.ts.
 *
 * All exported functions but isCarried() and weightOfNextFrame() are exports of modules that normalize; ts-tools/abi/exports.ts documents them.
 */
import { COEFFICIENTS } from "../generated/model";
import { ADAPTATION_LENGTH, FRONT_END_HASH, LARGEST_WEIGHT, MEAN_DECAY } from "../generated/normalization";
import {
  ADAPTATION_CHECKSUM,
  ADAPTATION_FRAMES,
  ADAPTATION_FRONT_END,
  ADAPTATION_MAGIC,
  ADAPTATION_MEAN,
  ADAPTATION_WEIGHT,
} from "../generated/record_layouts";
import * as status from "../generated/status";
import { ADAPTATION, CARRIED_MEAN, INPUT, INPUT_CAPACITY } from "../memory_map";

/** "LSA1": the version of the layout. */
const MAGIC: i32 = 0x3141534c;
/** No coefficient is larger. */
const LARGEST_COEFFICIENT: f32 = 10000;

/** Whether CARRIED_MEAN has a mean. */
let carried: bool = false;

export function isCarried(): bool {
  return carried;
}

/** Counts a frame with speech, and returns the weight of all frames with it. */
export function weightOfNextFrame(): f32 {
  const frames = load<i32>(ADAPTATION, ADAPTATION_FRAMES);
  if (frames < i32.MAX_VALUE) store<i32>(ADAPTATION, frames + 1, ADAPTATION_FRAMES);
  const weight = load<f32>(ADAPTATION, ADAPTATION_WEIGHT) * MEAN_DECAY + 1;
  store<f32>(ADAPTATION, weight, ADAPTATION_WEIGHT);
  return weight;
}

export function adaptationLength(): i32 {
  return ADAPTATION_LENGTH;
}

export function adaptationFrames(): i32 {
  return load<i32>(ADAPTATION, ADAPTATION_FRAMES);
}

export function adaptationSave(): usize {
  store<i32>(ADAPTATION, MAGIC, ADAPTATION_MAGIC);
  store<i32>(ADAPTATION, FRONT_END_HASH, ADAPTATION_FRONT_END);
  store<i32>(ADAPTATION, checksum(ADAPTATION, ADAPTATION_LENGTH), ADAPTATION_CHECKSUM);
  return ADAPTATION;
}

export function adaptationLoad(bytes: i32): i32 {
  if (bytes < <i32>ADAPTATION_MEAN || bytes > INPUT_CAPACITY) return status.STATUS_ADAPTATION_DAMAGED;
  if (load<i32>(INPUT, ADAPTATION_MAGIC) != MAGIC) return status.STATUS_ADAPTATION_DAMAGED;
  if (load<i32>(INPUT, ADAPTATION_CHECKSUM) != checksum(INPUT, bytes)) return status.STATUS_ADAPTATION_DAMAGED;
  if (load<i32>(INPUT, ADAPTATION_FRONT_END) != FRONT_END_HASH) return status.STATUS_ADAPTATION_OF_OTHER_MODEL;
  if (bytes != ADAPTATION_LENGTH || !isPossible()) return status.STATUS_ADAPTATION_DAMAGED;
  memory.copy(ADAPTATION, INPUT, ADAPTATION_LENGTH);
  memory.copy(CARRIED_MEAN, INPUT + ADAPTATION_MEAN, COEFFICIENTS << 2);
  carried = adaptationFrames() > 0;
  return status.STATUS_OK;
}

export function adaptationReset(): void {
  memory.fill(ADAPTATION, 0, ADAPTATION_LENGTH);
  carried = false;
}

/** Whether the numbers at INPUT are ones that speech can cause: a checksum keeps out accidents, not people. Comparisons with NaN are false. */
function isPossible(): bool {
  const weight = load<f32>(INPUT, ADAPTATION_WEIGHT);
  if (load<i32>(INPUT, ADAPTATION_FRAMES) < 0 || !(weight >= 0 && weight <= LARGEST_WEIGHT)) return false;
  for (let at = INPUT + ADAPTATION_MEAN; at < INPUT + <usize>ADAPTATION_LENGTH; at += 4) {
    if (!(abs<f32>(load<f32>(at)) <= LARGEST_COEFFICIENT)) return false;
  }
  return true;
}

/** CRC-32 (IEEE 802.3) of what follows the checksum in statistics of so many bytes. */
function checksum(at: usize, bytes: i32): i32 {
  let crc: i32 = -1;
  for (const end = at + <usize>bytes, first = at + ADAPTATION_FRONT_END; at < end; at++) {
    if (at < first) continue;
    crc ^= i32(load<u8>(at));
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (-(crc & 1) & 0xedb88320);
  }
  return ~crc;
}

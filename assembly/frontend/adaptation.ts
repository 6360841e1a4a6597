/**
 * A speaker's statistics: the running mean of the coefficients of every frame with speech since the start, or since they were loaded or reset, with a weight that
 * grows from 0. They have no effect on any answer until a host saves and loads them: a segment starts from what was loaded, so that the same sound after the same
 * load gives the same bits. In a model with speakerAnswers the mean answer (network/speaker_answers.ts) is saved and loaded with it. Layout:
 * ts-tools/abi/adaptation.ts.
 *
 * All exported functions but isCarried() and countSpeech() are exports of modules that normalize; ts-tools/abi/exports.ts documents them.
 */

import { ADAPTATION_LENGTH, LEARNS_ANSWERS, NETWORK_HASH } from "../generated/answer_rules";
import { ADAPTATION, ANSWER, ANSWER_BYTES, CARRIED_ANSWER, CARRIED_MEAN, INPUT } from "../generated/memory_map";
import { COEFFICIENTS } from "../generated/model";
import { FRONT_END_HASH, FRONT_END_STATISTICS } from "../generated/normalization";
import {
  ADAPTATION_CHECKSUM,
  ADAPTATION_FRAMES,
  ADAPTATION_FRONT_END,
  ADAPTATION_MAGIC,
  ADAPTATION_MEAN,
  ADAPTATION_WEIGHT,
  SPEAKER_ANSWER_WEIGHT,
} from "../generated/record_layouts";
import * as status from "../generated/status";

/** "LSA1" or, with a mean answer, "LSA2": the version of the layout. */
const MAGIC: i32 = LEARNS_ANSWERS ? 0x3241534c : 0x3141534c;
/** Where the mean answer is in the statistics at INPUT. */
const SAVED_ANSWER: usize = INPUT + <usize>FRONT_END_STATISTICS;
/** The hash of its network ends them. */
const SAVED_NETWORK: usize = INPUT + <usize>(ADAPTATION_LENGTH - 4);
/** Neither a weight nor a coefficient is larger. */
const LARGEST_NUMBER: f32 = 1e7;

/** Whether CARRIED_MEAN has a mean. */
let carried: bool = false;

export function isCarried(): bool {
  return carried;
}

/** Counts a frame with speech; returns the weighted mean in which it is to be included. */
export function countSpeech(): usize {
  const frames = adaptationFrames();
  store<i32>(ADAPTATION, frames + i32(frames < i32.MAX_VALUE), ADAPTATION_FRAMES);
  return ADAPTATION + ADAPTATION_WEIGHT;
}

export function adaptationFrames(): i32 {
  return load<i32>(ADAPTATION, ADAPTATION_FRAMES);
}

export function adaptationSave(): i32 {
  memory.copy(INPUT, ADAPTATION, FRONT_END_STATISTICS);
  if (LEARNS_ANSWERS) {
    memory.copy(SAVED_ANSWER, ANSWER, ANSWER_BYTES);
    store<i32>(SAVED_NETWORK, NETWORK_HASH);
  }
  store<i32>(INPUT, MAGIC, ADAPTATION_MAGIC);
  store<i32>(INPUT, FRONT_END_HASH, ADAPTATION_FRONT_END);
  store<i32>(INPUT, checksum(), ADAPTATION_CHECKSUM);
  return ADAPTATION_LENGTH;
}

export function adaptationLoad(bytes: i32): i32 {
  if (bytes != ADAPTATION_LENGTH || !isIntact()) return status.STATUS_ADAPTATION_DAMAGED;
  if (load<i32>(INPUT, ADAPTATION_FRONT_END) != FRONT_END_HASH) return status.STATUS_ADAPTATION_OF_OTHER_MODEL;
  if (LEARNS_ANSWERS) {
    if (load<i32>(SAVED_NETWORK) != NETWORK_HASH) return status.STATUS_ADAPTATION_OF_OTHER_MODEL;
    memory.copy(ANSWER, SAVED_ANSWER, ANSWER_BYTES);
    memory.copy(CARRIED_ANSWER, SAVED_ANSWER, ANSWER_BYTES);
  }
  memory.copy(ADAPTATION, INPUT, FRONT_END_STATISTICS);
  memory.copy(CARRIED_MEAN, INPUT + ADAPTATION_MEAN, COEFFICIENTS << 2);
  carried = adaptationFrames() > 0;
  return status.STATUS_OK;
}

export function adaptationReset(): void {
  memory.fill(ADAPTATION, 0, FRONT_END_STATISTICS);
  if (LEARNS_ANSWERS) {
    memory.fill(ANSWER, 0, ANSWER_BYTES);
    memory.fill(CARRIED_ANSWER, 0, ANSWER_BYTES);
  }
  carried = false;
}

/**
 * Whether the bytes at INPUT are what a module of this version has saved, with numbers that speech can cause: the checksum keeps out accidents, not people.
 * Comparisons with NaN are false.
 */
function isIntact(): bool {
  if (load<i32>(INPUT, ADAPTATION_MAGIC) != MAGIC || load<i32>(INPUT, ADAPTATION_CHECKSUM) != checksum()) return false;
  // Signs first. A weight of -1 / MEAN_DECAY would become 0 with the next frame, and the mean infinite; a negative one of the answers could make the divisor of the
  // correction 0.
  let signs = load<i32>(INPUT, ADAPTATION_FRAMES) | load<i32>(INPUT, ADAPTATION_WEIGHT);
  if (LEARNS_ANSWERS) signs |= load<i32>(SAVED_ANSWER, SPEAKER_ANSWER_WEIGHT);
  if (signs < 0) return false;
  let at = INPUT + ADAPTATION_WEIGHT;
  const end = LEARNS_ANSWERS ? SAVED_NETWORK : INPUT + <usize>FRONT_END_STATISTICS;
  while (at < end && abs<f32>(load<f32>(at)) <= LARGEST_NUMBER) at += 4;
  return at == end;
}

/** CRC-32 (IEEE 802.3) of what follows the checksum in the statistics at INPUT. */
function checksum(): i32 {
  let crc: i32 = -1;
  for (let at = INPUT + ADAPTATION_FRONT_END; at < INPUT + <usize>ADAPTATION_LENGTH; at++) {
    crc ^= i32(load<u8>(at));
    for (let bit = 8; bit > 0; bit--) crc = (crc >>> 1) ^ (-(crc & 1) & 0xedb88320);
  }
  return ~crc;
}

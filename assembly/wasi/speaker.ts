/**
 * A speaker's statistics as hexadecimal digits, on the command line and in the report: the command opens no files. Only in the command of a model that normalizes.
 * Two records: the statistics that every window starts from (--adaptation), and those that the windows' speech is added to (--gathered; without it the same ones).
 */
import { adaptationLoad, adaptationReset, adaptationSave } from "../frontend/adaptation";
import { STATUS_ADAPTATION_DAMAGED } from "../generated/status";
import { inputAddress, inputCapacity } from "../module";
import { check, fail, failStatus, failUsage } from "./fail";
import { reserve } from "./memory";

/** Records: bytes [recordBytes]. Without `start`, 0, windows start as for a speaker that nobody knows. */
let start: usize = 0;
export let gathered: usize = 0;
export let recordBytes: i32 = 0;

/** Takes the values of the two options, zero-ended text, 0 for one that is not there; ends the command when they are not statistics of this model. */
export function beginSpeaker(startText: usize, gatheredText: usize): void {
  if (startText !== 0) {
    readRecord(startText);
    start = kept(0);
  }
  if (gatheredText !== 0) readRecord(gatheredText);
  gathered = kept(0);
}

/** Before a window is started. */
export function startFromSpeaker(): void {
  if (start === 0) adaptationReset();
  else loadRecord(start);
}

/** After a window is started: it keeps the mean that it has begun with. */
export function gatherFromHere(): void {
  loadRecord(gathered);
}

/** After a window. */
export function keepGathered(): void {
  kept(gathered);
}

function readRecord(text: usize): void {
  let bytes: i32 = 0;
  while (load<u8>(text + 2 * bytes) !== 0) {
    const value = (hexDigit(text + 2 * bytes) << 4) | hexDigit(text + 2 * bytes + 1);
    if (value < 0) failUsage("statistics of a speaker are the digits that an earlier answer has, not", text);
    if (bytes === inputCapacity()) failStatus(STATUS_ADAPTATION_DAMAGED);
    store<u8>((inputAddress() as usize) + bytes, value);
    bytes++;
  }
  check(adaptationLoad(bytes));
}

/** -1 for what is not a digit. */
function hexDigit(address: usize): i32 {
  const character = load<u8>(address) as i32;
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  const letter = character | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function loadRecord(record: usize): void {
  memory.copy(inputAddress() as usize, record, recordBytes);
  check(adaptationLoad(recordBytes));
}

/** The module's statistics, in a record of their own or in this one. */
function kept(record: usize): usize {
  recordBytes = adaptationSave();
  const place = record === 0 ? reserve(recordBytes) : record;
  if (place === 0) fail("there is not enough memory for the statistics of a speaker; give the command more");
  memory.copy(place, inputAddress() as usize, recordBytes);
  return place;
}

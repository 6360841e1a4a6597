/**
 * Text on its way to standard output or standard error, collected in one small buffer. After a write that fails, what follows is dropped, and
 * endOutput() returns false.
 */
import { fd_write } from "./wasi_snapshot_preview1";

export const STANDARD_OUTPUT: i32 = 1;
export const STANDARD_ERROR: i32 = 2;

const CAPACITY: i32 = 4096;
const buffer: usize = memory.data(4096);
/** {address, bytes} and the number of bytes written. */
const vector: usize = memory.data(12, 4);

let descriptor: i32 = 0;
let used: i32 = 0;
let broken: bool = false;

/** What is written from now on goes there; anything that was not yet flushed is dropped. */
export function beginOutput(target: i32): void {
  descriptor = target;
  used = 0;
  broken = false;
}

/** Writes what is left; false when any of the text could not be written. */
export function endOutput(): bool {
  flush();
  return !broken;
}

function flush(): void {
  let at: i32 = 0;
  while (at < used && !broken) {
    store<usize>(vector, buffer + at);
    store<i32>(vector + 4, used - at);
    broken = fd_write(descriptor, vector, 1, vector + 8) !== 0;
    at += load<i32>(vector + 8);
  }
  used = 0;
}

export function writeByte(byte: i32): void {
  if (used === CAPACITY) flush();
  store<u8>(buffer + used, byte);
  used++;
}

/** A string of the source, ASCII. Literals are static data, so nothing is allocated. */
export function writeText(text: string): void {
  for (let i = 0; i < text.length; i++) writeByte(text.charCodeAt(i));
}

/** Bytes up to a zero byte. */
export function writeZeroEnded(address: usize): void {
  for (let at = address; load<u8>(at) !== 0; at++) writeByte(load<u8>(at));
}

/** In decimal. */
export function writeInteger(value: i64): void {
  if (value < 0) writeByte(0x2d);
  let left: u64 = value < 0 ? 0 - (value as u64) : (value as u64);
  let power: u64 = 1;
  while (left / power >= 10) power *= 10;
  for (; power !== 0; power /= 10) {
    writeByte(0x30 + ((left / power) as i32));
    left %= power;
  }
}

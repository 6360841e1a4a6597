/** Pieces of JSON for the report. */
import { classCount, classNameAddress } from "../module";
import { writeProbability } from "./decimal";
import { writeByte, writeInteger, writeText } from "./output";

const QUOTE: i32 = 0x22;
const BACKSLASH: i32 = 0x5c;

/** `"text"` of UTF-8 up to a zero byte. */
export function writeJsonString(address: usize): void {
  writeByte(QUOTE);
  for (let at = address; load<u8>(at) !== 0; at++) {
    const byte = load<u8>(at) as i32;
    if (byte < 0x20) {
      writeText("\\u00");
      writeHexDigit(byte >> 4);
      writeHexDigit(byte & 15);
      continue;
    }
    if (byte === QUOTE || byte === BACKSLASH) writeByte(BACKSLASH);
    writeByte(byte);
  }
  writeByte(QUOTE);
}

function writeHexDigit(digit: i32): void {
  writeByte(digit < 10 ? 0x30 + digit : 0x57 + digit);
}

/** `"digits"`, two for each byte. */
export function writeHexString(bytes: usize, count: i32): void {
  writeByte(QUOTE);
  for (let at = bytes; at < bytes + count; at++) {
    const byte = load<u8>(at) as i32;
    writeHexDigit(byte >> 4);
    writeHexDigit(byte & 15);
  }
  writeByte(QUOTE);
}

/** `{class: p}` of float32 [classCount]. */
export function writeProbabilities(probabilities: usize): void {
  for (let c = 0; c < classCount(); c++) {
    writeClassKey(c);
    writeProbability(load<f32>(probabilities + 4 * c));
  }
  writeText("}");
}

/** `{class: logit}` of int32 [classCount]. */
export function writeLogits(logits: usize): void {
  for (let c = 0; c < classCount(); c++) {
    writeClassKey(c);
    writeInteger(load<i32>(logits + 4 * c));
  }
  writeText("}");
}

/** `{"class":` for the first class, `,"class":` for the others. */
function writeClassKey(c: i32): void {
  writeText(c === 0 ? "{" : ",");
  writeJsonString(classNameAddress(c) as usize);
  writeText(":");
}

/** Milliseconds with three decimals. */
export function writeMilliseconds(nanoseconds: i64): void {
  const micro = nanoseconds / 1000;
  writeInteger(micro / 1000);
  writeByte(0x2e);
  for (let rank: i64 = 100; rank !== 0; rank /= 10) writeByte(0x30 + (((micro / rank) % 10) as i32));
}

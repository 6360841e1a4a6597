/**
 * A float32 from 0 to 1 as the shortest decimal that reads back to the same float32, at most nine digits: for 1, 2, 3, ... digits the nearest
 * decimal, until it is within half a step of the number. Exact: the number and half its step are kept as fractions of 160 bits, and
 * each multiplication by ten produces one more digit. Written as JavaScript writes numbers (0.000001, 1e-7).
 */
import { writeByte, writeInteger, writeText } from "./output";

/** Limbs of a fraction, u32, lowest first: 2^-160 is finer than half the smallest step of a float32, 2^-150. */
const LIMBS: i32 = 5;
const FRACTION_BITS: i32 = 160;

/** What is left of the number after the digits so far, in units of the last digit. */
const rest: usize = memory.data(20, 4);
/** Half the number's step in the same units. */
const half: usize = memory.data(20, 4);
/** How far the rounded digits are from the number. */
const error: usize = memory.data(20, 4);

/** Writes a float32 in 0..1. */
export function writeProbability(value: f32): void {
  if (!(value > 0) || value >= 1) {
    writeByte(value >= 1 ? 0x31 : 0x30);
    return;
  }
  const bits = reinterpret<u32>(value);
  const exponent = max(bits >>> 23, 1) as i32;
  const mantissa = bits < 0x800000 ? bits : (bits & 0x7fffff) | 0x800000;
  // value = mantissa * 2^(exponent - 150)
  setFraction(rest, mantissa, exponent - 150 + FRACTION_BITS);
  setFraction(half, 1, exponent - 151 + FRACTION_BITS);
  const even = (mantissa & 1) === 0;
  // Below a power of two the steps are half as long.
  const closerBelow = mantissa === 0x800000 && exponent > 1;

  let digits: u32 = 0;
  let places: i32 = 0;
  let wide = false;
  let up = false;
  let close = false;
  while (!close) {
    digits = digits * 10 + timesTen(rest);
    places++;
    wide = timesTen(half) !== 0 || wide;
    if (digits === 0) continue;
    up = load<i32>(rest + 4 * (LIMBS - 1)) < 0;
    setError(up, closerBelow);
    close = wide || isBelow(error, half) || (even && !isBelow(half, error));
  }
  if (up) digits++;
  while (digits % 10 === 0) {
    digits /= 10;
    places--;
  }
  writeDigits(digits, places);
}

/** fraction = value * 2^shift in units of 2^-160; value has at most 24 bits. */
function setFraction(fraction: usize, value: u32, shift: i32): void {
  memory.fill(fraction, 0, 4 * LIMBS);
  const limb = shift >> 5;
  const wide = (value as u64) << ((shift & 31) as u64);
  store<u32>(fraction + 4 * limb, wide as u32);
  if (limb + 1 < LIMBS) store<u32>(fraction + 4 * limb + 4, (wide >>> 32) as u32);
}

/** fraction = the fraction of 10 * fraction; returns the integer before it, 0..9. */
function timesTen(fraction: usize): u32 {
  let carry: u64 = 0;
  for (let at = fraction; at < fraction + 4 * LIMBS; at += 4) {
    carry += (load<u32>(at) as u64) * 10;
    store<u32>(at, carry as u32);
    carry >>>= 32;
  }
  return carry as u32;
}

/** error = 1 - rest when rounding up; rest when rounding down, twice as much where the steps below are half as long. At most 1/2, so it fits. */
function setError(up: bool, closerBelow: bool): void {
  const factor: i64 = up ? -1 : closerBelow ? 2 : 1;
  let carry: i64 = 0;
  for (let at: usize = 0; at < 4 * LIMBS; at += 4) {
    carry += (load<u32>(rest + at) as i64) * factor;
    store<u32>(error + at, carry as u32);
    carry >>= 32;
  }
}

/** a < b */
function isBelow(a: usize, b: usize): bool {
  for (let i = LIMBS - 1; i >= 0; i--) {
    const x = load<u32>(a + 4 * i);
    const y = load<u32>(b + 4 * i);
    if (x !== y) return x < y;
  }
  return false;
}

/** digits * 10^-places, which is below 1; the last digit is not 0. */
function writeDigits(digits: u32, places: i32): void {
  let power: u32 = 1;
  let length: i32 = 1;
  while (digits / power >= 10) {
    power *= 10;
    length++;
  }
  const zeros = places - length;
  if (zeros < 6) {
    writeText("0.");
    for (let i = 0; i < zeros; i++) writeByte(0x30);
    writeInteger(digits);
    return;
  }
  writeInteger(digits / power);
  if (length > 1) {
    writeByte(0x2e);
    // The digits after the first, with the zeros they may begin with.
    for (let rank = power / 10; rank !== 0; rank /= 10) writeByte(0x30 + (((digits / rank) % 10) as i32));
  }
  writeText("e-");
  writeInteger(zeros + 1);
}

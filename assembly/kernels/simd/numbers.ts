import { NUMBERS_BYTES } from "../../generated/resident";
import { requantize } from "../requantize";
import { requantizeFour } from "./requantize";

/**
 * What four output channels need after the sums, as `prepare` lays it down:
 *
 *     int32 bias [4]   int32 multiplier [4]   three times, for a full, a half and a quarter of a pooling window: int64 rounding [4], int32 factor [4]
 *     int32 shift [4], of a full window
 */
const MULTIPLIER: usize = 16;
const ROUNDING: usize = 32;
const ROUNDING_BYTES: usize = 48;
const SHIFT: usize = NUMBERS_BYTES - 16;

/** From this shift on `requantizeFour` knows how. */
const LEAST_SHIFT: i32 = 33;

/** Writes the numbers of four channels. True when SIMD can requantize them for every window. */
export function writeNumbers(numbers: usize, bias: usize, multiplier: usize, shift: usize): bool {
  let fast = true;
  for (let channel: usize = 0; channel < 4; channel++) {
    const at = numbers + (channel << 2);
    const full = i32(load<u8>(shift + channel));
    store<i32>(at, load<i32>(bias + (channel << 2)));
    store<i32>(at, load<i32>(multiplier + (channel << 2)), MULTIPLIER);
    store<i32>(at, full, SHIFT);
    for (let less: usize = 0; less < 3; less++) {
      const own = full - <i32>less;
      if (own < LEAST_SHIFT) fast = false;
      store<i64>(numbers + ROUNDING + less * ROUNDING_BYTES + (channel << 3), i64(1) << i64(own - 1));
      store<u32>(numbers + ROUNDING + less * ROUNDING_BYTES + 32 + (channel << 2), own < LEAST_SHIFT ? 0 : u32(u64(1) << u64(64 - own)));
    }
  }
  return fast;
}

/** Four sums to activations; `less` is 0 for a full pooling window, 1 for half of one, 2 for a quarter. */
@inline
export function activations(sums: v128, numbers: usize, less: i32, fast: bool): v128 {
  if (fast) return requantizeFour(sums, v128.load(numbers, MULTIPLIER), numbers + ROUNDING + <usize>less * ROUNDING_BYTES);
  return activationsOneByOne(sums, numbers, less);
}

function activationsOneByOne(sums: v128, numbers: usize, less: i32): v128 {
  const largest = 127;
  const a = requantize(i32x4.extract_lane(sums, 0), load<i32>(numbers, MULTIPLIER), load<i32>(numbers, SHIFT) - less, largest);
  const b = requantize(i32x4.extract_lane(sums, 1), load<i32>(numbers, MULTIPLIER + 4), load<i32>(numbers, SHIFT + 4) - less, largest);
  const c = requantize(i32x4.extract_lane(sums, 2), load<i32>(numbers, MULTIPLIER + 8), load<i32>(numbers, SHIFT + 8) - less, largest);
  const d = requantize(i32x4.extract_lane(sums, 3), load<i32>(numbers, MULTIPLIER + 12), load<i32>(numbers, SHIFT + 12) - less, largest);
  return i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(a), 1, b), 2, c), 3, d);
}

import { ACTIVATION_LEVELS } from "../../generated/levels";
import {
  REQUANTIZATION_MULTIPLIER as MULTIPLIER,
  REQUANTIZATION_ROUNDING as ROUNDING,
  REQUANTIZATION_ROUNDING_BYTES as ROUNDING_BYTES,
  REQUANTIZATION_SHIFT as SHIFT,
} from "../../generated/record_layouts";
import { requantize } from "../requantize";
import { requantizeFour } from "./requantize_four";

/** `requantizeFour` takes shifts from here on. */
const LEAST_SHIFT: i32 = 33;

/**
 * Writes the record of four channels (ts-tools/emit/record_layouts.ts). True when `requantizeFour` can do every window of theirs.
 *
 * bias, multiplier   int32 [4]
 * shift              uint8 [4]
 */
export function writeRequantization(requantization: usize, bias: usize, multiplier: usize, shift: usize): bool {
  let fast = true;
  for (let channel: usize = 0; channel < 4; channel++) {
    const at = requantization + (channel << 2);
    const full = i32(load<u8>(shift + channel));
    store<i32>(at, load<i32>(bias + (channel << 2)));
    store<i32>(at, load<i32>(multiplier + (channel << 2)), MULTIPLIER);
    store<i32>(at, full, SHIFT);
    for (let less: usize = 0; less < 3; less++) {
      const own = full - <i32>less;
      if (own < LEAST_SHIFT) fast = false;
      store<i64>(requantization + ROUNDING + less * ROUNDING_BYTES + (channel << 3), i64(1) << i64(own - 1));
      store<u32>(requantization + ROUNDING + less * ROUNDING_BYTES + 32 + (channel << 2), own < LEAST_SHIFT ? 0 : u32(u64(1) << u64(64 - own)));
    }
  }
  return fast;
}

/** Four sums to activations, by a record of requantization. `fast`: as writeRequantization() returned; `less` is 0 for a full pooling window, 1 for half of one, 2 for a quarter. */
@inline
export function activations(sums: v128, requantization: usize, less: i32, fast: bool): v128 {
  if (fast) return requantizeFour(sums, v128.load(requantization, MULTIPLIER), requantization + ROUNDING + <usize>less * ROUNDING_BYTES);
  return activationsOneByOne(sums, requantization, less);
}

function activationsOneByOne(sums: v128, requantization: usize, less: i32): v128 {
  const a = requantize(i32x4.extract_lane(sums, 0), load<i32>(requantization, MULTIPLIER), load<i32>(requantization, SHIFT) - less, ACTIVATION_LEVELS);
  const b = requantize(i32x4.extract_lane(sums, 1), load<i32>(requantization, MULTIPLIER + 4), load<i32>(requantization, SHIFT + 4) - less, ACTIVATION_LEVELS);
  const c = requantize(i32x4.extract_lane(sums, 2), load<i32>(requantization, MULTIPLIER + 8), load<i32>(requantization, SHIFT + 8) - less, ACTIVATION_LEVELS);
  const d = requantize(i32x4.extract_lane(sums, 3), load<i32>(requantization, MULTIPLIER + 12), load<i32>(requantization, SHIFT + 12) - less, ACTIVATION_LEVELS);
  return i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(a), 1, b), 2, c), 3, d);
}

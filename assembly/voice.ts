/** Whether somebody speaks at all: a module exports this function if its manifest has a voice head (ts-tools/abi/exports.ts documents it). */
import { VOICE_SCALE } from "./generated/answer_rules";
import { LOGITS } from "./generated/memory_map";
import { CLASSES } from "./generated/model";
import { logistic } from "./network/logistic";
import { isFinished } from "./pushed_sound";

/** The logistic function of the head's last output, 0 to 1 (docs/arithmetic.md, 6); -1 without an answer. */
export function voice(): f32 {
  return isFinished() ? logistic(f32(load<i32>(LOGITS + ((<usize>CLASSES) << 2))) * VOICE_SCALE) : -1;
}

/** How much speech an answer needs to be accepted; a module exports these functions if its manifest has leastSpeechFrames (ts-tools/abi/exports.ts). */
import { LEAST_SPEECH_FRAMES } from "./generated/answer_rules";
import { isFinished, speechOfAnswer } from "./pushed_sound";

export function leastSpeechFrames(): i32 {
  return LEAST_SPEECH_FRAMES;
}
export function speechFrames(): i32 {
  return isFinished() ? speechOfAnswer() : 0;
}

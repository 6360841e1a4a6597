import { LEAST_SPEECH_FRAMES, LEAST_VOICE } from "../generated/answer_rules";
import { ACCEPT_THRESHOLD } from "../generated/model";

/**
 * Whether an answer whose largest probability is this, to that many frames with speech, is accepted; otherwise it is uncertain (docs/arithmetic.md, 6). In a model
 * with a voice head isVoice() must hold, too.
 */
export function isAccepted(confidence: f32, speechFrames: i32): bool {
  if (LEAST_SPEECH_FRAMES > 0 && speechFrames < LEAST_SPEECH_FRAMES) return false;
  return confidence >= ACCEPT_THRESHOLD;
}

/** Whether what the voice head says, 0 to 1, is a voice. */
export function isVoice(voice: f32): bool {
  return voice >= LEAST_VOICE;
}

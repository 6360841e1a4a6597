import { ACCEPT_THRESHOLD } from "../generated/model";

/** Whether an answer whose largest probability is this is accepted; otherwise it is uncertain (docs/arithmetic.md, 6). */
export function isAccepted(confidence: f32): bool {
  return confidence >= ACCEPT_THRESHOLD;
}

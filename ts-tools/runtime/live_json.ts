import { shortenFloat32 } from "./float32.js";
import type { LiveAnswer } from "./live_answer.js";

/** The fields of an answer for JSON, in the documented order; floats read back to the same float32. */
export function liveAnswerFields(answer: LiveAnswer): object {
  const { timeMs, state, label, confidence, accepted, probabilities, endMs, heardMs, speechMs, speechShare, levelDb } = answer;
  const { activation, valence, voice } = answer;
  return {
    timeMs,
    state,
    label,
    confidence: shortenFloat32(confidence),
    accepted,
    ...(voice !== undefined && { voice: shortenFloat32(voice) }),
    ...(activation !== undefined && { activation: shortenFloat32(activation) }),
    ...(valence !== undefined && { valence: shortenFloat32(valence) }),
    probabilities: Object.fromEntries(Object.entries(probabilities).map(([name, value]) => [name, shortenFloat32(value)])),
    endMs,
    heardMs,
    speechMs,
    speechShare: shortenFloat32(speechShare),
    levelDb,
  };
}

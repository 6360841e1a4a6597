/** A stream's answer as the module and C have it, and what goes with it (docs/arithmetic.md, section 9). */

/** Fields of the record that streamAnswer() returns the address of: int32 each, in this order; FRAMES, CHANGED, ANSWERED and LAST_FRAME are uint32. */
export const STREAM_ANSWER = {
  FRAMES: "frames since the start of the stream, hopSamples() each; moves with every frame",
  SPEAKING: "1 while somebody speaks; moves with every frame",
  LEVEL: "tracked level of the speech in 1/100 dB of full scale, when the answer was made",
  CHANGED: "FRAMES when speech last began or ended",
  ANSWERED: "FRAMES when the newest answer was made; 0 before the first",
  STATE: "0 listening (nobody speaks), 1 uncertain, 2 label",
  LABEL: "index of the class, -1 while listening",
  ACCEPTED: "1 if the answer is accepted, else 0",
  HEARD: "frames that the answer is over",
  SPEECH: "frames with speech among them",
  LAST_FRAME: "the last of them, of 1, 2, ... as in FRAMES; ANSWERED while the network rests",
  PEAK: "largest |x| of the newest 256 samples at 16 kHz in int16 steps, for a meter; moves with every frame",
} as const;

/** Bytes of the record. */
export const STREAM_ANSWER_BYTES = 4 * Object.keys(STREAM_ANSWER).length;

export const STREAM_STATE = { listening: 0, uncertain: 1, label: 2 } as const;
export type StreamState = keyof typeof STREAM_STATE;

/** Bits of streamEvents(). */
export const STREAM_EVENT = { ANSWER: 1, SPEECH_BEGAN: 2, SPEECH_ENDED: 4 } as const;

/** The fewest frames from one answer to the next: a row has 32, and the network takes two at a time while it catches up. */
export const FRAMES_BETWEEN_ANSWERS = 16;

/** The largest values of setStream(): answers that are averaged, answers for which a label is shown at least. */
export const STREAM_LIMITS = { smoothing: 16, hold: 64 } as const;

/** int16 steps, -60 dB: nothing quieter is brought to full scale. */
export const SMALLEST_TRACKED_LEVEL = 32;

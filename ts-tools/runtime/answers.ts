import type { Segment } from "./result.js";

/** Answers to a sound at 16 kHz that comes in pieces. */
export interface Answers {
  push(samples: Int16Array): void;
  /** The sound has ended: what is still missing is answered. */
  finish(): void;
  /** So far, in their order. */
  readonly segments: readonly Segment[];
  /** Milliseconds so far: in all, with the caller's onSegment; of the front end; of the network. */
  readonly spentMs: number;
  readonly frontendMs: number;
  readonly networkMs: number;
}

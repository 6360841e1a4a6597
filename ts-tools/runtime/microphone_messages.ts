/** What page, worker and worklet of a microphone send each other. Types only: the worklet's script must import nothing. */

import type { RecognizerStatus } from "./errors.js";
import type { LiveAnswer } from "./live_answer.js";
import type { LiveFrame, LiveMoment, LiveOptions, LiveSettings } from "./live_options.js";
import type { ModelInfo } from "./model_info.js";

/** Sound that was dropped because the worker is too slow. */
export interface Overload extends LiveMoment {
  /** Milliseconds of sound that are missing at that time. */
  droppedMs: number;
}

/** Worklet to worker: samples, or with `end` none, before a pause; and how many samples were dropped before it. Only `sound` is acknowledged, with any message. */
export type SoundMessage = { type: "sound"; samples: Float32Array; dropped: number } | { type: "end"; dropped: number };

/** Page to worklet. `port`: where sound goes, with at most `most` pieces under way. `hush`: a pause that the worker is told of by the page. */
export type TapMessage = { port: MessagePort; most: number } | "pause" | "hush" | "resume" | "close";

/** Page to worker. */
export type WorkerRequest =
  | { type: "open"; options: LiveOptions; sound: MessagePort; frames: boolean }
  | { type: "set"; settings: LiveSettings }
  | { type: "adaptation" }
  /** What the worklet says with `end`, where it cannot. */
  | { type: "end" };

/** Worker to page. */
export type WorkerReply =
  | { type: "ready"; model: ModelInfo }
  | { type: "error"; status: RecognizerStatus; message: string }
  | { type: "answer"; answer: LiveAnswer }
  | { type: "speechStart"; moment: LiveMoment }
  | { type: "speechEnd"; moment: LiveMoment }
  | { type: "frame"; frame: LiveFrame }
  | { type: "overload"; overload: Overload }
  | { type: "adaptation"; statistics: Uint8Array | undefined }
  | { type: "ended" };

/** The name of the worklet's processor. */
export type TapName = "light-sernet-tap";

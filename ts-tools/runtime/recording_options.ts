import type { InputFormat } from "../abi/status.js";
import { badArgument } from "./errors.js";
import type { Segment } from "./result.js";
import type { SampleOptions, Sound } from "./samples.js";
import { checkCrops, checkLong, type LongMode } from "./windows.js";

/** What a recognizer does with every recording. */
export interface RecognizerOptions {
  /**
   * What to do with a sound that is longer than a window; default "windows". "stream" answers along the sound as `createLive()` does, about the last 3 s, and shares the
   * work of answers that overlap: a segment for each answer, in half to two thirds of the time. A speaker's statistics are used, but nothing is added to them.
   */
  long?: LongMode | undefined;
  /**
   * In place of `long`: that many windows (1 to 100), evenly from start to end, and the mean of their probabilities; for a sound shorter than a window, that many
   * places of the sound among zeros. Better by a little, and slower.
   */
  crops?: number | undefined;
  /** Called for each window as soon as it is classified, during push(), pushWav(), finish() and classify(). */
  onSegment?: ((segment: Segment) => void) | undefined;
}

/** What can be chosen for each recording; the recognizer's options hold for the rest. */
export interface RecordingChoices extends RecognizerOptions {
  /**
   * What is known of this recording's speaker (`Recognizer.adaptation`), in place of what was set for all. Such a recording adds nothing to the statistics of the
   * others; `OpenRecording.adaptation` has its own.
   */
  adaptation?: Uint8Array | undefined;
}

/** How a sound is to be read that is passed whole, and what to do with it. */
export interface ClassifyOptions extends SampleOptions, RecordingChoices {}

/** As ClassifyOptions, for a sound that knows its rate and channels itself. */
export interface AudioBufferOptions extends Partial<SampleOptions>, RecordingChoices {}

/** How samples are to be read that are pushed in pieces. */
export interface PushOptions extends SampleOptions {
  /**
   * Frames (samples of one channel) of the whole recording, with the first piece, if known. Without it `long: "center"` and `crops` keep the sound until its end, 1.9 MB
   * a minute.
   */
  totalFrames?: number | undefined;
}

/** How bytes are to be read that are pushed in pieces. */
export interface ByteOptions extends PushOptions {
  /** Of a sample, little-endian. */
  format: InputFormat;
}

/** How a recording comes that is pushed in pieces, and what to do with it. */
export interface OpenOptions extends Partial<SampleOptions>, RecordingChoices {
  /**
   * For bytes: the format of raw little-endian samples, which need `sampleRate` too, or "wav" for a WAV file from its header on. Samples need none: their type says it.
   */
  format?: InputFormat | "wav" | undefined;
  /** Frames (samples of one channel) of the whole recording, if known. Without it `long: "center"` and `crops` keep the sound until its end, 1.9 MB a minute. */
  totalFrames?: number | undefined;
}

/** A piece of a recording: samples, or bytes if a format was given. */
export type SoundPiece = Sound | Uint8Array;

export const SAMPLE_NAMES = ["sampleRate", "channels"] as const;
export const RECOGNIZER_NAMES = ["long", "crops", "onSegment"] as const;
export const CHOICE_NAMES = [...RECOGNIZER_NAMES, "adaptation"] as const;

/** Checks what recognizers and recordings can choose. */
export function checkChoices(choices: RecordingChoices): void {
  if (typeof choices !== "object" || choices === null) throw badArgument("the options", "an object", choices);
  const { long, crops, adaptation, onSegment } = choices;
  checkLong(long);
  checkCrops(crops);
  if (adaptation !== undefined && !(adaptation instanceof Uint8Array))
    throw badArgument("adaptation", "a Uint8Array or undefined", adaptation);
  if (onSegment !== undefined && typeof onSegment !== "function") throw badArgument("onSegment", "a function", onSegment);
}

export function checkTotalFrames(totalFrames: unknown): void {
  if (totalFrames === undefined || (Number.isInteger(totalFrames) && (totalFrames as number) >= 0)) return;
  throw badArgument("totalFrames", "a whole number of frames", totalFrames);
}

import { BUILDS } from "../model/builds.js";
import type { ModuleOptions } from "./create.js";
import { badArgument, checkNames, type RecognizerError } from "./errors.js";
import { checkHandlers, checkSettings, checkWhole, type LiveHandlers, type LiveSettings } from "./live_options.js";
import type { Overload } from "./microphone_messages.js";
import { isPackagedModel } from "./shipped_models.js";

/** What listen() takes. */
export interface MicrophoneOptions extends ModuleOptions, LiveSettings, LiveHandlers {
  /** A MediaStream or an AudioNode of your own to listen to, in place of a microphone that is opened. It stays yours: close() does not stop it. */
  source?: MediaStream | AudioNode | undefined;
  /** Constraints of the microphone, such as deviceId. Echo cancellation, noise suppression and gain control are off unless they are among them. */
  audio?: MediaTrackConstraints | undefined;
  /** A speaker's statistics, for a model that adapts. */
  adaptation?: Uint8Array | undefined;
  /** Milliseconds of sound that may wait for the worker, 100 to 60,000; default 2,000. What comes when that many are waiting is dropped. */
  bufferMs?: number | undefined;
  /** Where the worker's script is, if your bundler does not find it: the file of "light-sernet/microphone/worker". */
  workerUrl?: string | URL | undefined;
  /** Where the worklet's script is: the file of "light-sernet/microphone/worklet". */
  workletUrl?: string | URL | undefined;
  /** This device is too slow, or too busy: the sound of so many milliseconds was dropped at that time, and times do not count it. */
  onOverload?: ((overload: Overload) => void) | undefined;
  /** The microphone has ended without close(): it was unplugged (MICROPHONE_ENDED), or the stream has failed. */
  onEnd?: ((error: RecognizerError) => void) | undefined;
}

const HANDLERS = [
  "onAnswer",
  "onSpeechStart",
  "onSpeechEnd",
  "onFrame",
  "onOverload",
  "onEnd",
] as const satisfies (keyof MicrophoneOptions)[];
const OPTIONS = [
  ...["model", "module", "build", "smoothing", "hold", "source", "audio", "adaptation", "bufferMs", "workerUrl", "workletUrl"],
  ...HANDLERS,
];

/** Refuses wrong options by name, before the user is asked for the microphone. */
export function checkMicrophoneOptions(options: MicrophoneOptions): void {
  if (typeof options !== "object" || options === null) throw badArgument("the argument of listen()", "an object of options", options);
  checkNames(options, OPTIONS);
  checkHandlers(options, HANDLERS);
  checkSettings(options);
  checkWhole("bufferMs", options.bufferMs, 100, 60_000);
  const { build = "auto", model, source, audio, adaptation } = options;
  if (!BUILDS.includes(build)) throw badArgument("build", "auto, scalar, simd or relaxed", build);
  if (model !== undefined && typeof model !== "string" && !(model instanceof URL)) throw badArgument("model", "an address or a URL", model);
  if (audio !== undefined && (typeof audio !== "object" || audio === null))
    throw badArgument("audio", "constraints of a microphone", audio);
  if (adaptation !== undefined && !(adaptation instanceof Uint8Array)) throw badArgument("adaptation", "a Uint8Array", adaptation);
  const isSource =
    source === undefined ||
    (typeof MediaStream !== "undefined" && source instanceof MediaStream) ||
    (typeof AudioNode !== "undefined" && source instanceof AudioNode);
  if (!isSource) throw badArgument("source", "a MediaStream or an AudioNode", source);
}

/** A model for the worker: an address that is relative to the page is not relative to the worker's script. */
export function modelForWorker(model: string | URL | undefined): string | undefined {
  if (model === undefined || isPackagedModel(model)) return model;
  try {
    return new URL(model, globalThis.document?.baseURI ?? globalThis.location?.href).href;
  } catch {
    return String(model);
  }
}

import { badArgument, checkNames, RecognizerError } from "./errors.js";
import { checkHandlers, checkSettings, checkWhole, type LiveHandlers, type LiveSettings } from "./live_options.js";
import type { Overload } from "./microphone_messages.js";
import { checkModuleOptions, isUrl, type ModuleOptions } from "./module_options.js";
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
  checkModuleOptions(options);
  const { module, source, audio, adaptation, workerUrl, workletUrl } = options;
  if (module !== undefined && !isModule(module)) throw badArgument("module", "a compiled module or its bytes", module);
  for (const [name, url] of Object.entries({ workerUrl, workletUrl }))
    if (url !== undefined && typeof url !== "string" && !isUrl(url)) throw badArgument(name, "an address or a URL", url);
  if (audio !== undefined && (typeof audio !== "object" || audio === null))
    throw badArgument("audio", "constraints of a microphone", audio);
  if (adaptation !== undefined && !(adaptation instanceof Uint8Array)) throw badArgument("adaptation", "a Uint8Array", adaptation);
  const isSource =
    source === undefined ||
    (typeof MediaStream !== "undefined" && source instanceof MediaStream) ||
    (typeof AudioNode !== "undefined" && source instanceof AudioNode);
  if (!isSource) throw badArgument("source", "a MediaStream or an AudioNode", source);
  if (source !== undefined && audio !== undefined)
    throw new RecognizerError(
      "BAD_ARGUMENT",
      "the options have both source and audio, and audio is for a microphone that is opened; leave one of them out",
    );
}

/** By its tag, not by its class: it may come from a frame. */
function isModule(value: unknown): boolean {
  return (
    ArrayBuffer.isView(value) || ["[object WebAssembly.Module]", "[object ArrayBuffer]"].includes(Object.prototype.toString.call(value))
  );
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

import { type AdaptationStatusName, ALL_STATUS, STATUS, type StatusName, statusSentence } from "../abi/status.js";
import { shown } from "../text/visible_text.js";

/** Why a recognizer refused: a status of the module, or one that only a host can find. */
export type RecognizerStatus =
  | StatusName
  | AdaptationStatusName
  /** There was no sound at all. */
  | "EMPTY"
  /** close() was called before. */
  | "CLOSED"
  /** Another recording is being pushed. */
  | "BUSY"
  /** An argument has the wrong type or value. */
  | "BAD_ARGUMENT"
  /** There is no model in the folder or at the address, or a file of it is missing. */
  | "NO_MODEL"
  /** A server answered with a page where a module should be. */
  | "PAGE_FOR_MODULE"
  /** A policy of the page, or a mode of the browser, forbids WebAssembly. */
  | "WASM_BLOCKED"
  /** There is no memory for one more recording at the same time. */
  | "OUT_OF_MEMORY"
  /** More recordings wait for a pool than it takes. */
  | "POOL_FULL"
  /** A thread of a pool ended, or could not begin. */
  | "WORKER_FAILED"
  /** The WebAssembly module is not one of ours, or has another version. */
  | "BAD_MODULE"
  /** This is not a page that can open a microphone. */
  | "UNSUPPORTED"
  /** The page was not loaded by https:, nor from this machine. */
  | "INSECURE_CONTEXT"
  /** There is no microphone, or none like the one that was asked for. */
  | "NO_MICROPHONE"
  /** The user, the browser or the page's policy does not allow the microphone. */
  | "MICROPHONE_DENIED"
  /** Another program has the microphone, or it does not work. */
  | "MICROPHONE_BUSY"
  /** The microphone was unplugged, or taken away from the page. */
  | "MICROPHONE_ENDED"
  /** The browser plays and hears nothing before somebody clicks on the page. */
  | "NEEDS_CLICK"
  /** The script of the worker or of the worklet cannot be loaded, or has failed. */
  | "NO_WORKER"
  | "UNKNOWN";

/** Every error of the runtime with a known reason. The message is one sentence that says what to do. */
export class RecognizerError extends Error {
  override readonly name = "RecognizerError";
  /** The reason, for programs. */
  readonly status: RecognizerStatus;

  /** As the package makes them. */
  constructor(status: RecognizerStatus, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The error for a module that behaves as ours never do; `reason` is put in brackets. */
export function damaged(reason: string, name = "the WebAssembly module", cause?: unknown): RecognizerError {
  return new RecognizerError("BAD_MODULE", `${name} is damaged (${reason}); build the model again`, { cause });
}

/** The error for an argument that is not what it must be. */
export function badArgument(name: string, expected: string, value: unknown): RecognizerError {
  return new RecognizerError("BAD_ARGUMENT", `${name} must be ${expected} and is ${shown(value)}`);
}

/** The error for a negative status code of the module. */
export function statusError(code: number): RecognizerError {
  for (const [name, entry] of Object.entries(ALL_STATUS)) {
    if (entry.code === code) return new RecognizerError(name as RecognizerStatus, entry.sentence);
  }
  return new RecognizerError("UNKNOWN", statusSentence(code));
}

/** The error for a status that the host detects itself. */
export function namedError(name: StatusName): RecognizerError {
  return new RecognizerError(name, STATUS[name].sentence);
}

/**
 * Refuses options that there are not, so that a misspelled one is not ignored. `names` are those that there are; of anything but an object the caller says itself
 * what is wrong.
 */
export function checkNames(options: unknown, names: readonly string[]): void {
  if (typeof options !== "object" || options === null) return;
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const message = `there is no option ${shown(name)} here; there are ${names.join(", ")}`;
    throw new RecognizerError("BAD_ARGUMENT", message);
  }
}

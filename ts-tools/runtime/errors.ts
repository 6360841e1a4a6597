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
  /** There is no model in the folder or at the address. */
  | "NO_MODEL"
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
  readonly status: RecognizerStatus;

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

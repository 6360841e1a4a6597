/** Opens a microphone, and says in one sentence why it cannot be opened. */
import { RecognizerError, type RecognizerStatus } from "./errors.js";

/** Off, because they shape the voice for people who listen; each can be asked for. */
const CONSTRAINTS: MediaTrackConstraints = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };

const REFUSALS: Readonly<Record<string, readonly [RecognizerStatus, string]>> = {
  NotAllowedError: [
    "MICROPHONE_DENIED",
    'the microphone is not allowed for this page; allow it in the browser\'s settings of this site (and, in a frame, with allow="microphone"), and try again',
  ],
  NotFoundError: ["NO_MICROPHONE", "there is no microphone; plug one in, and try again"],
  OverconstrainedError: ["NO_MICROPHONE", "no microphone fits the option audio; leave some of its constraints out"],
  NotReadableError: [
    "MICROPHONE_BUSY",
    "the microphone does not open; close other programs that use it, check the system's settings, and try again",
  ],
  AbortError: ["MICROPHONE_BUSY", "the microphone does not open; unplug it and plug it in again"],
  TypeError: ["BAD_ARGUMENT", "audio must be the constraints of a microphone, such as { deviceId: ID }"],
};

/** Throws what is missing where no page can listen. */
export function checkPage(): void {
  if (globalThis.isSecureContext === false)
    throw new RecognizerError(
      "INSECURE_CONTEXT",
      "browsers open a microphone only for pages that came by https:, or from localhost; serve the page that way",
    );
  if (typeof AudioWorkletNode === "undefined" || typeof Worker === "undefined")
    throw new RecognizerError(
      "UNSUPPORTED",
      "only a page in a browser with AudioWorklet and Worker can listen; elsewhere, push samples to createLive()",
    );
}

/** Asks the user for a microphone. */
export async function openMicrophone(audio: MediaTrackConstraints | undefined): Promise<MediaStream> {
  const { mediaDevices } = globalThis.navigator;
  if (mediaDevices?.getUserMedia === undefined)
    throw new RecognizerError("UNSUPPORTED", "this browser opens no microphone; use a newer one");
  try {
    return await mediaDevices.getUserMedia({ audio: { ...CONSTRAINTS, ...audio } });
  } catch (cause) {
    const name = cause instanceof Error || cause instanceof DOMException ? cause.name : "";
    const [status, message] = REFUSALS[name === "SecurityError" ? "NotAllowedError" : name] ?? [
      "MICROPHONE_BUSY" as const,
      `the microphone does not open (${name || String(cause)}); try again`,
    ];
    throw new RecognizerError(status, message, { cause });
  }
}

/** How long a browser may take to begin, in milliseconds: one that waits for a click never does. */
const MOST_START_MS = 2000;

/** Lets a context run. */
export async function startContext(context: AudioContext): Promise<void> {
  if (context.state === "running") return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MOST_START_MS);
  });
  await Promise.race([context.resume(), late]);
  clearTimeout(timer);
  if ((context.state as AudioContextState) !== "running")
    throw new RecognizerError("NEEDS_CLICK", "the browser starts no sound before somebody uses the page; call listen() from a click");
}

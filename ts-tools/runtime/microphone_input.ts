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
async function openMicrophone(audio: MediaTrackConstraints | undefined): Promise<MediaStream> {
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

/** Where the sound comes from, and what of it is ours to end. */
export interface Input {
  node: AudioNode;
  stream?: MediaStream | undefined;
  /** The microphone that was opened here. */
  opened?: MediaStream | undefined;
  /** The context that was made here. */
  own?: AudioContext | undefined;
}

/** The microphone, or a stream of one's own, as a node of a context. */
export async function openInput(
  own: AudioContext,
  source: MediaStream | undefined,
  audio: MediaTrackConstraints | undefined,
): Promise<Input> {
  const opened = source === undefined ? await openMicrophone(audio) : undefined;
  const stream = opened ?? source!;
  if (stream.getAudioTracks().length === 0)
    throw new RecognizerError("BAD_ARGUMENT", "source must be a MediaStream with sound; this one has no audio track");
  if (source && hasEnded(source))
    throw new RecognizerError("BAD_ARGUMENT", "source must be a MediaStream with sound; the audio tracks of this one have ended");
  try {
    return { node: own.createMediaStreamSource(stream), stream, opened, own };
  } catch (cause) {
    // The context may have been closed meanwhile.
    stopTracks(opened);
    throw cause;
  }
}

/** Whether no track of a stream will have sound again. */
export const hasEnded = (stream: MediaStream | undefined): boolean =>
  stream?.getAudioTracks().every(({ readyState }) => readyState === "ended") ?? false;

/** Ends what is ours of it. */
export async function releaseInput({ node, opened, own }: Input): Promise<void> {
  stopTracks(opened);
  if (!own || own.state === "closed") return;
  node.disconnect();
  await own.close();
}

function stopTracks(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** The error for a microphone that has ended by itself. */
export function taken(): RecognizerError {
  return new RecognizerError("MICROPHONE_ENDED", "the microphone was unplugged or taken away; call listen() again");
}

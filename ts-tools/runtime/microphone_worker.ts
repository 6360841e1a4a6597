/** What the worker of `light-sernet/microphone` runs: the stream. */
import { createLive } from "./browser.js";
import { RecognizerError } from "./errors.js";
import type { Live } from "./live.js";
import type { LiveOptions } from "./live_options.js";
import type { SoundMessage, WorkerReply, WorkerRequest } from "./microphone_messages.js";

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<WorkerRequest>) => void;
  postMessage(reply: WorkerReply, transfer?: Transferable[]): void;
};

let live: Live | undefined;
/** Hz of the microphone. */
let rate = 16000;
/** Where the stream began, in milliseconds of the sound since the microphone was opened: every pause ends a stream. */
let beganMs = 0;

const later = <T extends { timeMs: number }>(value: T): T => ({ ...value, timeMs: beganMs + value.timeMs });

async function open(options: LiveOptions, sound: MessagePort, frames: boolean): Promise<void> {
  rate = options.sampleRate ?? rate;
  live = await createLive({
    ...options,
    onAnswer: (answer) => scope.postMessage({ type: "answer", answer: { ...later(answer), endMs: beganMs + answer.endMs } }),
    onSpeechStart: (moment) => scope.postMessage({ type: "speechStart", moment: later(moment) }),
    onSpeechEnd: (moment) => scope.postMessage({ type: "speechEnd", moment: later(moment) }),
    ...(frames && { onFrame: (frame) => scope.postMessage({ type: "frame", frame: later(frame) }, [frame.mel.buffer as ArrayBuffer]) }),
  });
  sound.onmessage = ({ data }: MessageEvent<SoundMessage>) => {
    guarded(() => hear(data));
    if (data.type === "sound") sound.postMessage(0);
  };
  scope.postMessage({ type: "ready", model: live.model });
}

function hear(message: SoundMessage): void {
  const { dropped } = message;
  if (dropped > 0) {
    const timeMs = beganMs + (live?.meter.timeMs ?? 0);
    scope.postMessage({ type: "overload", overload: { timeMs, droppedMs: (1000 * dropped) / rate } });
  }
  if (message.type === "end") end();
  else live?.push(message.samples);
}

/** Answers what is due; what comes after a pause is a stream of its own, in which nothing from before has a part. */
function end(): void {
  live?.finish();
  beganMs += live?.meter.timeMs ?? 0;
  live?.restart();
  scope.postMessage({ type: "ended" });
}

function guarded(step: () => void): void {
  try {
    step();
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  const status = error instanceof RecognizerError ? error.status : "UNKNOWN";
  scope.postMessage({ type: "error", status, message: error instanceof Error ? error.message : String(error) });
}

scope.onmessage = ({ data }) => {
  if (data.type === "open") open(data.options, data.sound, data.frames).catch(fail);
  else if (data.type === "set") guarded(() => live?.set(data.settings));
  else if (data.type === "end") guarded(end);
  else guarded(() => scope.postMessage({ type: "adaptation", statistics: live?.adaptation }));
};

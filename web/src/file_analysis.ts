/** A file from its bytes to its answers: windows as `light-sernet classify` takes them, and the stream as a microphone would have it. */

import { createLive } from "../../ts-tools/runtime/browser.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import { RecognizerError } from "../../ts-tools/runtime/errors.js";
import { recognitionJson } from "../../ts-tools/runtime/json.js";
import type { Recognizer } from "../../ts-tools/runtime/recognizer.js";
import type { Recognition } from "../../ts-tools/runtime/result.js";
import { ColumnBuilder, FRAME_MS, PARTS, type Peak } from "./columns.js";
import { decodedSound, type SoundInput, wavSound } from "./file_sound.js";
import type { FileResult, LiveAnswer, Reply, SpeechEvent } from "./protocol.js";

/** Hz of the network, and samples from one frame to the next. */
const RATE = 16000;
const HOP = 256;

/** Columns that are drawn of a file: more than a screen has pixels. */
const MOST_COLUMNS = 2400;

/** The stream goes on for so long after the end of the sound, until all of it is answered. */
const FRAMES_AFTER_END = 80;

/** Bytes that are worked on before the page is told and a newer job can take over: 2 s at 16 kHz. */
const PIECE = 1 << 16;

export interface FileJob {
  job: number;
  name: string;
  module: WebAssembly.Module;
  recognizer: Recognizer;
  /** Whether the page has given this job up. */
  outdated(): boolean;
  reply(reply: Reply): void;
}

/** A WAV file. */
export async function analyzeWav(job: FileJob, bytes: Uint8Array): Promise<void> {
  await analyze(job, bytes, wavSound, (piece) => void job.recognizer.pushWav(piece));
}

/** Interleaved float samples that the page decoded. */
export async function analyzeSamples(job: FileJob, samples: Float32Array, sampleRate: number, channels: number): Promise<void> {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const layout = { format: "f32", sampleRate, channels } as const;
  await analyze(
    job,
    bytes,
    (engine, sink) => decodedSound(engine, layout, sink),
    (piece) => job.recognizer.pushBytes(piece, layout),
  );
}

type OpenInput = (engine: Engine, sink: (samples: Int16Array) => void) => SoundInput;

async function analyze(job: FileJob, bytes: Uint8Array, open: OpenInput, classify: (piece: Uint8Array) => void): Promise<void> {
  const { recognizer } = job;
  recognizer.reset();
  const windowsBegin = performance.now();
  for (let offset = 0; offset < bytes.length; offset += PIECE) {
    classify(bytes.subarray(offset, offset + PIECE));
    await breathe();
    if (job.outdated()) return;
  }
  const recognition = recognizer.finish();
  const windowsMs = performance.now() - windowsBegin;
  const streamMs = await stream(job, bytes, open, recognition.input.durationMs);
  if (streamMs !== undefined) job.reply({ type: "result", job: job.job, result: fileResult(job.name, recognition, windowsMs, streamMs) });
}

/** Milliseconds that it took; undefined if the job was given up. */
async function stream(job: FileJob, bytes: Uint8Array, open: OpenInput, durationMs: number): Promise<number | undefined> {
  const frames = Math.ceil(durationMs / FRAME_MS) + FRAMES_AFTER_END;
  const stride = Math.ceil(frames / MOST_COLUMNS);
  const columns = new ColumnBuilder(stride);
  const peaks = new HopPeaks();
  let answers: LiveAnswer[] = [];
  let speech: SpeechEvent[] = [];
  job.reply({ type: "begin", job: job.job, columns: Math.ceil(frames / stride), msPerColumn: stride * FRAME_MS, durationMs });
  const live = await createLive({
    module: job.module,
    sampleRate: RATE,
    onAnswer: (answer) => answers.push(answer),
    onSpeechStart: ({ timeMs }) => speech.push({ timeMs, speaking: true }),
    onSpeechEnd: ({ timeMs }) => speech.push({ timeMs, speaking: false }),
    onFrame: ({ mel, speaking }) => columns.add(mel, speaking, peaks.take()),
  });
  const input = open(await Engine.create(job.module), (samples) => {
    peaks.add(samples);
    live.push(samples);
  });
  const tell = (): void => {
    job.reply({ type: "progress", job: job.job, columns: columns.take(), answers, speech });
    answers = [];
    speech = [];
  };
  const begin = performance.now();
  for (let offset = 0; offset < bytes.length; offset += PIECE) {
    input.push(bytes.subarray(offset, offset + PIECE));
    tell();
    await breathe();
    if (job.outdated()) return undefined;
  }
  input.finish();
  live.finish();
  tell();
  live.close();
  return performance.now() - begin;
}

/** The extreme samples of the parts of each hop, until the hop's frame is complete. */
class HopPeaks {
  #parts: Peak[] = [];
  #low = 0;
  #high = 0;
  #samples = 0;

  add(samples: Int16Array): void {
    for (const sample of samples) {
      if (sample < this.#low) this.#low = sample;
      if (sample > this.#high) this.#high = sample;
      if (++this.#samples < HOP / PARTS) continue;
      this.#parts.push([this.#low / 32768, this.#high / 32768]);
      this.#low = 0;
      this.#high = 0;
      this.#samples = 0;
    }
  }

  take(): Peak[] {
    return this.#parts.splice(0, PARTS);
  }
}

function fileResult(name: string, recognition: Recognition, windowsMs: number, streamMs: number): FileResult {
  const { label, confidence, accepted, probabilities, activation, valence, warnings, segments, input } = recognition;
  const { durationMs, sampleRate, channels } = input;
  return {
    ...{ label, confidence, accepted, probabilities, warnings, durationMs, sampleRate, channels, windowsMs, streamMs },
    ...(activation !== undefined && { activation }),
    ...(valence !== undefined && { valence }),
    windows: segments.length,
    json: recognitionJson(name, recognition),
  };
}

/** The name of the format if only a page can decode the file. */
export function foreignFormat(error: unknown): string | undefined {
  return error instanceof RecognizerError && error.status.startsWith("IS_") ? error.status.slice("IS_".length) : undefined;
}

/** Lets messages in. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}

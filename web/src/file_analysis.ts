/** A file from its bytes to its answers: windows as `light-sernet classify` takes them, and the stream as a microphone would have it. */

import { createLive, type Live } from "../../ts-tools/runtime/browser.js";
import { frameBytes } from "../../ts-tools/runtime/converter.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import { recognitionJson } from "../../ts-tools/runtime/json.js";
import type { Recognizer } from "../../ts-tools/runtime/recognizer.js";
import type { Recognition } from "../../ts-tools/runtime/result.js";
import { ColumnBuilder, FRAME_MS, PARTS, type Peak } from "./columns.js";
import { decodedSound, type SoundInput, type SoundSink, wavSound } from "./file_sound.js";
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
  const open = (engine: Engine, sink: SoundSink): SoundInput => decodedSound(engine, layout, sink);
  await analyze(job, bytes, open, (piece) => job.recognizer.pushBytes(piece, layout));
}

type OpenInput = (engine: Engine, sink: SoundSink) => SoundInput;

/** Each piece goes through windows and stream, so that what is known of the beginning is drawn while the rest is worked on. */
async function analyze(job: FileJob, bytes: Uint8Array, open: OpenInput, classify: (piece: Uint8Array) => void): Promise<void> {
  const { recognizer } = job;
  recognizer.reset();
  const stream = await FileStream.create(job, bytes.length, open);
  const times = { windowsMs: 0, streamMs: 0 };
  const timed = <T>(name: keyof typeof times, step: () => T): T => {
    const begin = performance.now();
    const result = step();
    times[name] += performance.now() - begin;
    return result;
  };
  try {
    // Once for an empty file, too: whoever reads it says what is wrong with it.
    for (let offset = 0; offset === 0 || offset < bytes.length; offset += PIECE) {
      const piece = bytes.subarray(offset, offset + PIECE);
      timed("windowsMs", () => classify(piece));
      timed("streamMs", () => stream.push(piece));
      stream.tell();
      await breathe();
      if (job.outdated()) return;
    }
    const recognition = timed("windowsMs", () => recognizer.finish());
    timed("streamMs", () => stream.finish());
    stream.tell();
    job.reply({ type: "result", job: job.job, result: fileResult(job.name, recognition, times) });
  } finally {
    stream.close();
  }
}

/** What the stream has said that the page was not told yet. */
class Heard {
  columns = new ColumnBuilder(1);
  answers: LiveAnswer[] = [];
  speech: SpeechEvent[] = [];
  readonly peaks = new HopPeaks();
}

/** The stream over a file, and what the page is told of it. */
class FileStream {
  readonly #job: FileJob;
  readonly #live: Live;
  readonly #input: SoundInput;
  readonly #heard: Heard;

  /** `bytes`: of the whole file. */
  static async create(job: FileJob, bytes: number, open: OpenInput): Promise<FileStream> {
    const engine = await Engine.create(job.module);
    const heard = new Heard();
    const live = await createLive({
      module: job.module,
      sampleRate: RATE,
      onAnswer: (answer) => heard.answers.push(answer),
      onSpeechStart: ({ timeMs }) => heard.speech.push({ timeMs, speaking: true }),
      onSpeechEnd: ({ timeMs }) => heard.speech.push({ timeMs, speaking: false }),
      onFrame: ({ mel, speaking }) => heard.columns.add(mel, speaking, heard.peaks.take()),
    });
    return new FileStream(job, live, heard, (sink) => open(engine, sink), bytes);
  }

  private constructor(job: FileJob, live: Live, heard: Heard, open: (sink: SoundSink) => SoundInput, bytes: number) {
    this.#job = job;
    this.#live = live;
    this.#heard = heard;
    this.#input = open({
      begin: (layout) => this.#begin((1000 * bytes) / frameBytes(layout) / layout.sampleRate),
      push: (samples) => {
        heard.peaks.add(samples);
        live.push(samples);
      },
    });
  }

  push(piece: Uint8Array): void {
    this.#input.push(piece);
  }

  finish(): void {
    this.#input.finish();
    this.#live.finish();
  }

  /** Tells the page what is new. */
  tell(): void {
    const { columns, answers, speech } = this.#heard;
    this.#heard.answers = [];
    this.#heard.speech = [];
    this.#job.reply({ type: "progress", job: this.#job.job, columns: columns.take(), answers, speech });
  }

  close(): void {
    this.#live.close();
  }

  /** A file has other things in it than samples: it is at most so long. */
  #begin(durationMs: number): void {
    const frames = Math.ceil(durationMs / FRAME_MS) + FRAMES_AFTER_END;
    const stride = Math.ceil(frames / MOST_COLUMNS);
    this.#heard.columns = new ColumnBuilder(stride);
    this.#job.reply({ type: "begin", job: this.#job.job, columns: Math.ceil(frames / stride), msPerColumn: stride * FRAME_MS, durationMs });
  }
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

function fileResult(name: string, recognition: Recognition, times: Pick<FileResult, "windowsMs" | "streamMs">): FileResult {
  const { label, confidence, accepted, probabilities, activation, valence, warnings, segments, input } = recognition;
  const { durationMs, sampleRate, channels } = input;
  return {
    ...{ label, confidence, accepted, probabilities, warnings, durationMs, sampleRate, channels, ...times },
    ...(activation !== undefined && { activation }),
    ...(valence !== undefined && { valence }),
    windows: segments.length,
    json: recognitionJson(name, recognition),
  };
}

/** Lets messages in. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}

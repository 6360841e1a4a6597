/** The microphone: its answers from the runtime's listen(), its waveform from an analyser beside it. */
import { type ColumnBatch, ColumnBuilder } from "./columns.js";
import type { LiveAnswer, SpeechEvent } from "./protocol.js";
import { listen } from "./stub/microphone.js";

/** Samples that the analyser keeps: 85 ms at 48 kHz, five frames of a screen. */
const ANALYSER_SIZE = 4096;

/** What a microphone reports while it is open. */
export interface MicrophoneEvents {
  onColumns(batch: ColumnBatch): void;
  onAnswer(answer: LiveAnswer): void;
  onSpeech(event: SpeechEvent): void;
}

export interface OpenMicrophone {
  close(): Promise<void>;
}

/** Opens the microphone as the system has it, without filters that are made for calls. Throws a sentence for people. */
export async function openMicrophone(module: WebAssembly.Module, events: MicrophoneEvents): Promise<OpenMicrophone> {
  const stream = await openStream();
  const context = new AudioContext();
  const source = context.createMediaStreamSource(stream);
  const close = async (): Promise<void> => {
    for (const track of stream.getTracks()) track.stop();
    await context.close();
  };
  try {
    await context.resume();
    const waveform = new Waveform(context, source);
    const columns = new ColumnBuilder(1);
    const listening = await listen({
      source,
      module,
      onAnswer: events.onAnswer,
      onSpeechStart: ({ timeMs }) => events.onSpeech({ timeMs, speaking: true }),
      onSpeechEnd: ({ timeMs }) => events.onSpeech({ timeMs, speaking: false }),
      onFrame({ mel, speaking }) {
        columns.add(mel, speaking, ...waveform.newest());
        events.onColumns(columns.take());
      },
    });
    return {
      async close() {
        await listening.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openStream(): Promise<MediaStream> {
  // Undefined where the page is not from https: or localhost.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined)
    throw new Error("Browsers open the microphone only for pages from https: or localhost; serve this folder there.");
  try {
    return await devices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  } catch (error) {
    throw new Error(refusal((error as DOMException).name), { cause: error });
  }
}

function refusal(name: string): string {
  if (name === "NotAllowedError")
    return "The microphone was not allowed; allow it in the browser's settings for this page, then press Speak again.";
  if (name === "NotFoundError") return "There is no microphone; connect one, or drop a file instead.";
  if (name === "NotReadableError") return "Another program holds the microphone; close it, then press Speak again.";
  return `The microphone cannot be opened (${name}); drop a file instead.`;
}

/** The extreme samples of the last hop. */
class Waveform {
  readonly #analyser: AnalyserNode;
  readonly #samples = new Float32Array(ANALYSER_SIZE);
  readonly #hop: number;

  constructor(context: AudioContext, source: AudioNode) {
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = ANALYSER_SIZE;
    this.#hop = Math.round((context.sampleRate * 16) / 1000);
    source.connect(this.#analyser);
  }

  newest(): [number, number] {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const hop = this.#samples.subarray(-this.#hop);
    return [Math.min(...hop), Math.max(...hop)];
  }
}

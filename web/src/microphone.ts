/** The microphone: its answers from the runtime's listen(), its waveform from an analyser beside it. */

import { listen, type Microphone } from "../../ts-tools/runtime/microphone.js";
import { type ColumnBatch, ColumnBuilder, FRAME_MS, PARTS, type Peak } from "./columns.js";
import type { LiveAnswer, SpeechEvent } from "./protocol.js";

/** Samples that the analyser keeps: 85 ms at 48 kHz, five frames of a screen. */
const ANALYSER_SIZE = 4096;

/** What a microphone reports while it is open. */
export interface MicrophoneEvents {
  onColumns(batch: ColumnBatch): void;
  onAnswer(answer: LiveAnswer): void;
  onSpeech(event: SpeechEvent): void;
  /** Sound was dropped: this machine is too slow. */
  onOverload(droppedMs: number): void;
  /** It was unplugged, or has failed. */
  onEnd(error: Error): void;
}

/** Opens the microphone. */
export async function openMicrophone(module: WebAssembly.Module, events: MicrophoneEvents): Promise<Microphone> {
  const columns = new ColumnBuilder(1);
  let waveform: Waveform | undefined;
  const microphone = await listen({
    module,
    onAnswer: (answer) => events.onAnswer(answer),
    onSpeechStart: ({ timeMs }) => events.onSpeech({ timeMs, speaking: true }),
    onSpeechEnd: ({ timeMs }) => events.onSpeech({ timeMs, speaking: false }),
    onOverload: ({ droppedMs }) => events.onOverload(droppedMs),
    onEnd: (error) => events.onEnd(error),
    onFrame({ mel, speaking }) {
      columns.add(mel, speaking, waveform?.newest() ?? []);
      events.onColumns(columns.take());
    },
  });
  waveform = new Waveform(microphone.node);
  return microphone;
}

/** The extreme samples of the last hop, in parts. */
class Waveform {
  readonly #analyser: AnalyserNode;
  readonly #samples = new Float32Array(ANALYSER_SIZE);
  readonly #part: number;

  constructor(node: AudioNode) {
    this.#analyser = node.context.createAnalyser();
    this.#analyser.fftSize = ANALYSER_SIZE;
    this.#part = Math.round((node.context.sampleRate * FRAME_MS) / 1000 / PARTS);
    node.connect(this.#analyser);
  }

  newest(): Peak[] {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return Array.from({ length: PARTS }, (_, index) => {
      const begin = ANALYSER_SIZE - (PARTS - index) * this.#part;
      const part = this.#samples.subarray(begin, begin + this.#part);
      return [Math.min(...part), Math.max(...part)];
    });
  }
}

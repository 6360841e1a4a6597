/**
 * Taps a microphone: what the AudioWorklet of `light-sernet/microphone` runs. It imports nothing, because bundlers copy this file as it is. Sound goes to the
 * worker in pieces of about 20 ms. When the worker has too many of them to do, the newest sound is dropped and counted.
 */
import type { SoundMessage, TapMessage, TapName } from "./microphone_messages.js";

declare const sampleRate: number;
declare function registerProcessor(name: TapName, processor: new () => AudioWorkletProcessor): void;
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  abstract process(inputs: readonly (readonly Float32Array[])[]): boolean;
}

/** Samples of a render quantum. */
const QUANTUM = 128;
/** What an input without channels is: its source has fallen silent, and time goes on. */
const SILENCE = new Float32Array(QUANTUM);
const PIECE = QUANTUM * Math.max(1, Math.round((0.02 * sampleRate) / QUANTUM));

class Tap extends AudioWorkletProcessor {
  #sound: MessagePort | undefined;
  #most = 1;
  /** Pieces that were not acknowledged. */
  #underWay = 0;
  #piece = new Float32Array(PIECE);
  #count = 0;
  #dropped = 0;
  /** Whether there was sound yet. */
  #hasBegun = false;
  #isPaused = false;
  #isClosed = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<TapMessage>) => this.#take(data);
  }

  /** Node calls it with every quantum; the first channel is the mix of all. */
  process([input]: readonly (readonly Float32Array[])[]): boolean {
    const sound = input?.[0];
    if (sound) this.#hasBegun = true;
    const samples = sound ?? (this.#hasBegun ? SILENCE : undefined);
    if (samples && this.#sound && !this.#isPaused) {
      for (let begin = 0; begin < samples.length; ) {
        const count = Math.min(samples.length - begin, PIECE - this.#count);
        this.#piece.set(samples.subarray(begin, begin + count), this.#count);
        this.#count += count;
        begin += count;
        if (this.#count === PIECE) this.#send();
      }
    }
    return !this.#isClosed;
  }

  #take(message: TapMessage): void {
    if (typeof message === "object") {
      this.#sound = message.port;
      this.#most = message.most;
      message.port.onmessage = () => {
        this.#underWay--;
      };
      return;
    }
    this.#isPaused = message !== "resume";
    this.#isClosed = message === "close";
    if (message === "hush") this.#count = 0;
    if (!this.#isPaused || message === "hush") return;
    this.#send();
    this.#sound?.postMessage({ type: "end", dropped: this.#dropped } satisfies SoundMessage);
    this.#dropped = 0;
  }

  /** Sends the piece, full or not, or drops it. */
  #send(): void {
    if (this.#count === 0) return;
    if (this.#underWay >= this.#most) {
      this.#dropped += this.#count;
    } else {
      const samples = this.#count === PIECE ? this.#piece : this.#piece.slice(0, this.#count);
      this.#sound?.postMessage({ type: "sound", samples, dropped: this.#dropped } satisfies SoundMessage, [samples.buffer as ArrayBuffer]);
      this.#underWay++;
      this.#dropped = 0;
      this.#piece = new Float32Array(PIECE);
    }
    this.#count = 0;
  }
}

try {
  registerProcessor("light-sernet-tap", Tap);
} catch {
  // Another copy of this script has registered it for this context.
}

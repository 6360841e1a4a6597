/** A stand-in for createLive() of the runtime, with the same interface, until it is there. It is deleted then. */
import { createRecognizer, type Recognizer } from "../../../ts-tools/runtime/browser.js";

export interface LiveAnswer {
  timeMs: number;
  state: "listening" | "uncertain" | "label";
  label: string | null;
  confidence: number;
  accepted: boolean;
  probabilities: Record<string, number>;
  heardMs: number;
  speechMs: number;
  speechShare: number;
  levelDb: number;
  activation?: number;
  valence?: number;
  voice?: number;
}

export interface LiveFrame {
  timeMs: number;
  mel: Float32Array;
  levelDb: number;
  speaking: boolean;
}

export interface LiveOptions {
  module?: WebAssembly.Module;
  sampleRate?: number;
  onAnswer?(answer: LiveAnswer): void;
  onSpeechStart?(event: { timeMs: number }): void;
  onSpeechEnd?(event: { timeMs: number }): void;
  onFrame?(frame: LiveFrame): void;
}

export interface Live {
  push(samples: Float32Array | Int16Array): void;
  finish(): void;
  close(): void;
}

export async function createLive(options: LiveOptions): Promise<Live> {
  const recognizer = await createRecognizer({ module: options.module! });
  return new StubLive(recognizer, options);
}

class StubLive implements Live {
  readonly #recognizer: Recognizer;
  readonly #options: LiveOptions;
  #samples = new Float32Array(0);
  #start = 0;
  #frames = 0;
  #quiet = 99;
  #speaking = false;
  #speechFrames = 0;

  constructor(recognizer: Recognizer, options: LiveOptions) {
    this.#recognizer = recognizer;
    this.#options = options;
  }

  push(samples: Float32Array | Int16Array): void {
    const ratio = (this.#options.sampleRate ?? 16000) / 16000;
    const scale = samples instanceof Int16Array ? 32768 : 1;
    const more = Float32Array.from(
      { length: Math.floor(samples.length / ratio) },
      (_, index) => samples[Math.floor(index * ratio)]! / scale,
    );
    const kept = this.#samples.subarray(Math.max(0, this.#samples.length - 60000));
    this.#start += this.#samples.length - kept.length;
    const all = new Float32Array(kept.length + more.length);
    all.set(kept);
    all.set(more, kept.length);
    this.#samples = all;
    while (this.#frames * 256 + 1024 <= this.#start + all.length)
      this.#frame(all.subarray(this.#frames * 256 - this.#start).subarray(0, 1024));
  }

  #frame(samples: Float32Array): void {
    this.#frames++;
    const timeMs = 16 * this.#frames + 48;
    const energy = samples.reduce((sum, value) => sum + value * value, 0) / 1024;
    const levelDb = 10 * Math.log10(energy + 1e-12);
    this.#quiet = levelDb > -45 ? 0 : this.#quiet + 1;
    const speaking = this.#quiet < 20;
    if (speaking !== this.#speaking) (speaking ? this.#options.onSpeechStart : this.#options.onSpeechEnd)?.({ timeMs });
    this.#speaking = speaking;
    this.#speechFrames = speaking ? Math.min(192, this.#speechFrames + 1) : this.#quiet > 187 ? 0 : this.#speechFrames;
    this.#options.onFrame?.({ timeMs, mel: mel(samples), levelDb, speaking });
    if (this.#frames % 32 === 0) this.#answer(timeMs, levelDb);
  }

  #answer(timeMs: number, levelDb: number): void {
    const heard = this.#samples.subarray(Math.max(0, this.#samples.length - 48000));
    const { model } = this.#recognizer;
    if (this.#speechFrames < 20) {
      const zeros = Object.fromEntries(model.classes.map((name) => [name, 0]));
      this.#options.onAnswer?.({
        ...{ timeMs, state: "listening", label: null, confidence: 0, accepted: false, probabilities: zeros },
        ...{ heardMs: 3072, speechMs: 0, speechShare: 0, levelDb },
      });
      return;
    }
    const { label, confidence, accepted, probabilities, activation, valence } = this.#recognizer.classify(heard, { sampleRate: 16000 });
    this.#options.onAnswer?.({
      ...{ timeMs, state: accepted ? "label" : "uncertain", label, confidence, accepted, probabilities, levelDb },
      ...{ heardMs: Math.min(3072, timeMs), speechMs: 16 * this.#speechFrames, speechShare: this.#speechFrames / 192 },
      ...(activation !== undefined && { activation }),
      ...(valence !== undefined && { valence }),
    });
  }

  finish(): void {}

  close(): void {
    this.#recognizer.close();
  }
}

const COSINE = Float32Array.from({ length: 512 }, (_, index) => Math.cos((2 * Math.PI * index) / 512));

/** 128 bins of a short Fourier transform, not mel bands. */
function mel(samples: Float32Array): Float32Array {
  return Float32Array.from({ length: 128 }, (_, bin) => {
    let [real, imaginary] = [0, 0];
    for (let index = 0; index < 512; index += 2) {
      const window = samples[256 + index]! * (0.5 - 0.5 * COSINE[index]!);
      real += window * COSINE[(bin * index) & 511]!;
      imaginary += window * COSINE[(bin * index + 128) & 511]!;
    }
    return Math.log(real * real + imaginary * imaginary + 1e-6);
  });
}

import { Classifier } from "../runtime/classifier.js";
import { Converter } from "../runtime/converter.js";
import { Engine } from "../runtime/engine.js";
import { readInputFigures, warningSentences } from "../runtime/input_figures.js";
import { levelOf, levelSamples } from "../runtime/level.js";
import { WavInput } from "../runtime/wav_input.js";
import { createSplitter, type SoundWindow, type Splitter, type WindowMode } from "../runtime/windows.js";
import { pumpFile } from "../sounds/sound_bytes.js";

export interface SegmenterOptions {
  /** Seconds of a segment. */
  duration: number;
  mode: WindowMode;
}

/**
 * Cuts sounds into leveled segments of one length: what the network would receive (docs/arithmetic.md, section 3, and section 7 for
 * several windows). If the length is the module's window, the module measures the level; for other lengths level.ts does.
 */
export class Segmenter {
  readonly sampleRate: number;
  readonly #engine: Engine;
  readonly #classifier: Classifier;
  readonly #moduleWindow: number;
  readonly #windowSamples: number;
  readonly #mode: WindowMode;

  private constructor(converter: Engine, measuring: Engine, options: SegmenterOptions) {
    const model = converter.model();
    this.#engine = converter;
    this.#classifier = new Classifier(measuring);
    this.sampleRate = model.sampleRate;
    this.#moduleWindow = model.windowSamples;
    this.#windowSamples = Math.max(1, Math.round(options.duration * model.sampleRate));
    this.#mode = options.mode;
  }

  static async create(module: WebAssembly.Module, options: SegmenterOptions): Promise<Segmenter> {
    return new Segmenter(await Engine.create(module), await Engine.create(module), options);
  }

  /**
   * Reads a WAV file and passes its segments in order to `onSegment`, each of exactly the given length. Returns a sentence for each thing that is wrong with the
   * sound.
   */
  async segment(file: string, onSegment: (samples: Int16Array) => void): Promise<string[]> {
    let splitter: Splitter | undefined;
    const converter = new Converter(this.#engine, (samples) => splitter?.push(samples));
    const input = new WavInput(this.#engine, {
      begin: (layout) => {
        converter.begin(layout);
        const options = { windowSamples: this.#windowSamples, mode: this.#mode };
        splitter = createSplitter(options, (window) => onSegment(this.#level(window)));
      },
      push: (bytes) => converter.push(bytes),
    });
    const sentences: string[] = [];
    await pumpFile(file, (bytes) => input.push(bytes), { warn: (sentence) => void sentences.push(sentence) });
    const warnings = input.end();
    converter.finish();
    splitter?.finish();
    return [...sentences, ...warningSentences(readInputFigures(this.#engine, warnings).warnings)];
  }

  /** A leveled window, with zeros on both sides if it is short. */
  #level(window: SoundWindow): Int16Array {
    const segment = new Int16Array(this.#windowSamples);
    const front = Math.floor((segment.length - window.length) / 2);
    const samples = segment.subarray(front, front + window.length);
    let offset = 0;
    for (const part of window.parts) {
      samples.set(part, offset);
      offset += part.length;
    }
    const level = this.#windowSamples === this.#moduleWindow ? this.#classifier.level([samples]) : levelOf(samples);
    samples.set(levelSamples(samples, level));
    return segment;
  }
}

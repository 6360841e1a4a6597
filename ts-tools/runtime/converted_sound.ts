import { WARNING } from "../abi/status.js";
import { Converter } from "./converter.js";
import type { Engine } from "./engine.js";
import { namedError, RecognizerError } from "./errors.js";
import { readInputFigures, warningSentences } from "./input_figures.js";
import type { Recognition } from "./result.js";
import type { SoundLayout } from "./sound_layout.js";

/** One sound on its way to 16 kHz, with what is to be said of it as it came in. */
export class ConvertedSound {
  readonly layout: SoundLayout;
  readonly #engine: Engine;
  readonly #converter: Converter;
  readonly #totalFrames: number | undefined;

  /** `sink` gets views of the module's memory, valid only during the call; `totalFrames` of the sound, if known. */
  constructor(engine: Engine, layout: SoundLayout, sink: (samples: Int16Array) => void, totalFrames?: number) {
    this.layout = layout;
    this.#engine = engine;
    this.#totalFrames = totalFrames;
    this.#converter = new Converter(engine, sink);
    this.#converter.begin(layout);
  }

  /** Samples of the whole sound at 16 kHz, if known. */
  totalSamples(): number | undefined {
    if (this.#totalFrames === undefined) return undefined;
    if (this.#totalFrames > 0x7fffffff) throw namedError("TOO_LONG");
    return this.#engine.check(this.#engine.exports.resampledLength(this.#totalFrames, this.layout.sampleRate));
  }

  push(bytes: Uint8Array): void {
    this.#converter.push(bytes);
  }

  /**
   * Passes on the last samples; throws if there are none, or not as many as were announced. `warnings` are WARNING bits that are known of the file; without them an
   * incomplete last frame becomes one.
   */
  finish(warnings?: number): Pick<Recognition, "warnings" | "input"> {
    const incomplete = this.#converter.finish();
    this.#checkLength();
    const input = readInputFigures(this.#engine, warnings ?? (incomplete ? WARNING.PARTIAL_FRAME.bit : 0));
    return { warnings: warningSentences(input.warnings), input };
  }

  #checkLength(): void {
    const { frames } = this.#converter;
    if (frames === 0) throw new RecognizerError("EMPTY", "there is no sound to classify; push samples before finishing");
    if (this.#totalFrames === undefined || frames === this.#totalFrames) return;
    throw namedError(frames < this.#totalFrames ? "TOO_FEW_SAMPLES" : "TOO_MANY_SAMPLES");
  }
}

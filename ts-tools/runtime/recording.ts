import type { Answers } from "./answers.js";
import { now } from "./clock.js";
import { ConvertedSound } from "./converted_sound.js";
import type { Engine } from "./engine.js";
import type { ModelInfo } from "./model_info.js";
import { answerOf, type Recognition } from "./result.js";
import type { SoundLayout } from "./sound_layout.js";

export interface RecordingOptions {
  layout: SoundLayout;
  /** Frames of the whole recording, if known. */
  totalFrames?: number | undefined;
  /** Whether the answers are those of a stream. */
  isStream: boolean;
  /** Begins the answers; `totalSamples` says the length of the sound at 16 kHz, if it is known. */
  begin(totalSamples: () => number | undefined): Answers;
}

/** One recording: takes bytes of sound in any pieces and answers as soon as it can. */
export class Recording {
  readonly layout: SoundLayout;
  readonly #model: ModelInfo;
  readonly #sound: ConvertedSound;
  readonly #answers: Answers;
  readonly #isStream: boolean;
  #decodeMs = 0;

  /** `converter` is an instance of its own: one cannot convert and classify at the same time. */
  constructor(converter: Engine, model: ModelInfo, { layout, totalFrames, isStream, begin }: RecordingOptions) {
    this.layout = layout;
    this.#model = model;
    this.#isStream = isStream;
    this.#sound = new ConvertedSound(converter, layout, (samples) => this.#answers.push(samples), totalFrames);
    this.#answers = begin(() => this.#sound.totalSamples());
  }

  push(bytes: Uint8Array): void {
    this.#clocked(() => this.#sound.push(bytes));
  }

  /** `warnings` are WARNING bits that are known of the file; without them an incomplete last frame becomes one. */
  finish(warnings?: number): Recognition {
    const { warnings: sentences, input } = this.#clocked(() => {
      const said = this.#sound.finish(warnings);
      this.#answers.finish();
      return said;
    });
    const { segments, frontendMs, networkMs } = this.#answers;
    const { id, sha256 } = this.#model;
    return {
      ...answerOf(segments, this.#model, this.#isStream),
      segments: [...segments],
      warnings: sentences,
      input,
      model: { id, sha256 },
      timing: { decodeMs: this.#decodeMs, frontendMs, networkMs },
    };
  }

  /** Runs a step of the conversion; what is not spent on answers counts as decoding. */
  #clocked<T>(step: () => T): T {
    const begin = now();
    const before = this.#answers.spentMs;
    const result = step();
    this.#decodeMs += now() - begin - (this.#answers.spentMs - before);
    return result;
  }
}

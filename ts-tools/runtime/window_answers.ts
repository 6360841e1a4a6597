import type { Answers } from "./answers.js";
import type { Classifier, WindowResult } from "./classifier.js";
import { now } from "./clock.js";
import type { ModelInfo } from "./model_info.js";
import { byClass, milliseconds, type Segment } from "./result.js";
import { createSplitter, type SoundWindow, type Splitter, type WindowMode } from "./windows.js";

/** Which windows of a sound are classified. */
export interface WindowChoice {
  mode: WindowMode;
  /** In place of `mode`. */
  crops?: number | undefined;
  /** Samples of the whole sound at 16 kHz, if known. */
  totalSamples?: number | undefined;
}

/** Classifies each window of a sound as soon as it is complete. */
export class WindowAnswers implements Answers {
  readonly segments: Segment[] = [];
  spentMs = 0;
  frontendMs = 0;
  networkMs = 0;
  readonly #classifier: Classifier;
  readonly #model: ModelInfo;
  readonly #splitter: Splitter;
  readonly #onSegment: ((segment: Segment) => void) | undefined;

  constructor(classifier: Classifier, model: ModelInfo, choice: WindowChoice, onSegment?: (segment: Segment) => void) {
    this.#classifier = classifier;
    this.#model = model;
    this.#onSegment = onSegment;
    this.#splitter = createSplitter({ windowSamples: model.windowSamples, ...choice }, (window) => this.#classify(window));
  }

  push(samples: Int16Array): void {
    this.#splitter.push(samples);
  }

  finish(): void {
    this.#splitter.finish();
  }

  #classify(window: SoundWindow): void {
    const begin = now();
    const result = this.#classifier.classify(window.parts, window.zerosBefore);
    this.frontendMs += result.frontendMs;
    this.networkMs += result.networkMs;
    const segment = this.#segment(window, result);
    this.segments.push(segment);
    this.#onSegment?.(segment);
    this.spentMs += now() - begin;
  }

  #segment(window: SoundWindow, result: WindowResult): Segment {
    const { classes, sampleRate } = this.#model;
    const { label, probabilities, accepted, speechFrames, voice, activation, valence, logits } = result;
    return {
      startMs: milliseconds(window.start, sampleRate),
      endMs: milliseconds(window.start + window.length, sampleRate),
      label: classes[label]!,
      confidence: probabilities[label]!,
      accepted,
      ...(speechFrames !== undefined && { speechFrames }),
      ...(voice !== undefined && { voice }),
      ...(activation !== undefined && { activation }),
      ...(valence !== undefined && { valence }),
      probabilities: byClass(this.#model, probabilities),
      logits: byClass(this.#model, logits),
    };
  }
}

import { WARNING } from "../abi/status.js";
import { indexOfLargest } from "../model/index_of_largest.js";
import type { Classifier, WindowResult } from "./classifier.js";
import { now } from "./clock.js";
import { Converter } from "./converter.js";
import type { Engine } from "./engine.js";
import { namedError, RecognizerError } from "./errors.js";
import { readInputFigures, warningSentences } from "./input_figures.js";
import type { ModelInfo } from "./model_info.js";
import {
  byClass,
  isAccepted,
  meanDimensions,
  meanProbabilities,
  milliseconds,
  mostHeard,
  type Recognition,
  type Segment,
  type Timing,
} from "./result.js";
import type { SoundLayout } from "./sound_layout.js";
import { createSplitter, type LongMode, type SoundWindow, type Splitter, slides } from "./windows.js";

export interface RecordingOptions {
  layout: SoundLayout;
  long: LongMode;
  /** In place of `long`. */
  crops?: number | undefined;
  /** Frames of the whole recording, if known. */
  totalFrames?: number | undefined;
  onSegment?: ((segment: Segment) => void) | undefined;
}

/** The two instances of the module that a recording needs: one instance cannot convert and classify at the same time. */
export interface Engines {
  converter: Engine;
  classifier: Classifier;
  model: ModelInfo;
}

/** One recording: takes bytes of sound in any pieces and classifies each window as soon as it is complete. */
export class Recording {
  readonly layout: SoundLayout;
  readonly #engines: Engines;
  readonly #options: RecordingOptions;
  readonly #converter: Converter;
  readonly #splitter: Splitter;
  readonly #segments: Segment[] = [];
  readonly #probabilities: Float32Array[] = [];
  readonly #timing: Timing = { decodeMs: 0, frontendMs: 0, networkMs: 0 };
  /** Milliseconds spent on windows and in the caller's onSegment. */
  #classifyingMs = 0;

  constructor(engines: Engines, options: RecordingOptions) {
    this.layout = options.layout;
    this.#engines = engines;
    this.#options = options;
    this.#converter = new Converter(engines.converter, (samples) => this.#splitter.push(samples));
    this.#converter.begin(options.layout);
    this.#splitter = createSplitter(
      { windowSamples: engines.model.windowSamples, mode: options.long, crops: options.crops, totalSamples: this.#totalSamples() },
      (window) => this.#classify(window),
    );
  }

  push(bytes: Uint8Array): void {
    this.#clocked(() => this.#converter.push(bytes));
  }

  /** `warnings` are WARNING bits that are known of the file; without them an incomplete last frame becomes one. */
  finish(warnings?: number): Recognition {
    let found = warnings ?? 0;
    this.#clocked(() => {
      const incomplete = this.#converter.finish();
      if (incomplete && warnings === undefined) found = WARNING.PARTIAL_FRAME.bit;
      this.#checkLength();
      this.#splitter.finish();
    });
    const input = readInputFigures(this.#engines.converter, found);
    const { model } = this.#engines;
    const only = this.#segments.length === 1 ? this.#segments[0] : undefined;
    const mean = meanProbabilities(this.#probabilities, model.classes.length);
    const best = indexOfLargest(mean);
    const heard = mostHeard(this.#segments, model);
    return {
      label: only?.label ?? model.classes[best]!,
      confidence: only?.confidence ?? mean[best]!,
      accepted: only?.accepted ?? isAccepted(model, { confidence: mean[best]!, ...heard }),
      ...heard,
      ...meanDimensions(this.#segments, model.dimensions),
      probabilities: byClass(model, mean),
      ...(only && { logits: only.logits }),
      segments: this.#segments,
      warnings: warningSentences(input.warnings),
      input,
      model: { id: model.id, sha256: model.sha256 },
      timing: this.#timing,
    };
  }

  /** Runs a step of the conversion; its time outside #classify() counts as decoding. */
  #clocked(step: () => void): void {
    const begin = now();
    const before = this.#classifyingMs;
    step();
    this.#timing.decodeMs += now() - begin - (this.#classifyingMs - before);
  }

  /** Samples of the whole recording at the network's rate, if known and needed. */
  #totalSamples(): number | undefined {
    const { totalFrames, layout, long, crops } = this.#options;
    if (totalFrames === undefined || slides(long, crops)) return undefined;
    if (totalFrames > 0x7fffffff) throw namedError("TOO_LONG");
    return this.#engines.converter.check(this.#engines.converter.exports.resampledLength(totalFrames, layout.sampleRate));
  }

  #checkLength(): void {
    const { totalFrames } = this.#options;
    const { frames } = this.#converter;
    if (frames === 0) throw new RecognizerError("EMPTY", "there is no sound to classify; push samples before finishing");
    if (totalFrames === undefined || frames === totalFrames) return;
    throw namedError(frames < totalFrames ? "TOO_FEW_SAMPLES" : "TOO_MANY_SAMPLES");
  }

  #classify(window: SoundWindow): void {
    const begin = now();
    const result = this.#engines.classifier.classify(window.parts, window.zerosBefore);
    this.#timing.frontendMs += result.frontendMs;
    this.#timing.networkMs += result.networkMs;
    this.#probabilities.push(result.probabilities);
    const segment = this.#segment(window, result);
    this.#segments.push(segment);
    this.#options.onSegment?.(segment);
    this.#classifyingMs += now() - begin;
  }

  #segment(window: SoundWindow, result: WindowResult): Segment {
    const { model } = this.#engines;
    return {
      startMs: milliseconds(window.start, model.sampleRate),
      endMs: milliseconds(window.start + window.length, model.sampleRate),
      label: model.classes[result.label]!,
      confidence: result.probabilities[result.label]!,
      accepted: result.accepted,
      ...(result.speechFrames !== undefined && { speechFrames: result.speechFrames }),
      ...(result.voice !== undefined && { voice: result.voice }),
      ...(result.activation !== undefined && { activation: result.activation }),
      ...(result.valence !== undefined && { valence: result.valence }),
      probabilities: byClass(model, result.probabilities),
      logits: byClass(model, result.logits),
    };
  }
}

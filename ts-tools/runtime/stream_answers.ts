import { REFERENCE_FRONT_END } from "../model/front_end.js";
import { loadAdaptation, saveAdaptation } from "./adaptation.js";
import { answerTimes, type FrameTimes } from "./answer_times.js";
import type { Answers } from "./answers.js";
import { now } from "./clock.js";
import type { Engine } from "./engine.js";
import { frameMilliseconds } from "./frame_time.js";
import { Live } from "./live.js";
import type { LiveAnswer } from "./live_answer.js";
import type { ModelInfo } from "./model_info.js";
import { byClass, type Segment } from "./result.js";

/** The answers of a stream along a sound, from its start to its end (docs/arithmetic.md, section 9), each a segment. */
export class StreamAnswers implements Answers {
  readonly segments: Segment[] = [];
  spentMs = 0;
  frontendMs = 0;
  networkMs = 0;
  readonly #engine: Engine;
  readonly #model: ModelInfo;
  readonly #live: Live;
  readonly #onSegment: ((segment: Segment) => void) | undefined;
  readonly #frames: FrameTimes;
  readonly #logits: Int32Array;
  #samples = 0;
  /** When the answer before was made. */
  #answeredMs = 0;

  /** `engine` is one that nothing else uses meanwhile. The stream starts from the speaker's statistics. */
  constructor(engine: Engine, model: ModelInfo, statistics: Uint8Array | undefined, onSegment?: (segment: Segment) => void) {
    this.#engine = engine;
    this.#model = model;
    this.#onSegment = onSegment;
    const milliseconds = (samples: number): number => (1000 * samples) / model.sampleRate;
    this.#frames = { hopMs: milliseconds(engine.exports.hopSamples()), frameMs: milliseconds(REFERENCE_FRONT_END.frameSamples) };
    this.#logits = engine.int32(engine.exports.logitsAddress(), model.classes.length);
    loadAdaptation(engine, statistics);
    this.#live = new Live(engine, model, {
      sampleRate: model.sampleRate,
      format: "s16",
      onAnswer: (answer) => this.#add(answer),
    });
  }

  /** The speaker's statistics with what was heard. */
  get adaptation(): Uint8Array | undefined {
    return saveAdaptation(this.#engine);
  }

  push(samples: Int16Array): void {
    this.#samples += samples.length;
    this.#timed(() => this.#live.push(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)));
  }

  finish(): void {
    this.#timed(() => this.#live.finish());
    // Front end and network take turns, so that the front end is measured alone afterward, as for windows.
    const frames = this.#live.meter.timeMs / this.#frames.hopMs;
    this.frontendMs = Math.min(this.spentMs, frames * frameMilliseconds(this.#engine));
    this.networkMs = this.spentMs - this.frontendMs;
  }

  #timed(step: () => void): void {
    const begin = now();
    step();
    this.spentMs += now() - begin;
  }

  #add(answer: LiveAnswer): void {
    const { state, label, confidence, accepted, probabilities, speechMs, voice, activation, valence } = answer;
    const { classes, leastSpeechFrames } = this.#model;
    const soundMs = (1000 * this.#samples) / this.#model.sampleRate;
    const { startMs, endMs } = answerTimes(answer, this.#answeredMs, this.#frames, soundMs);
    const segment: Segment = {
      startMs,
      endMs,
      state,
      label: label ?? classes[0]!,
      confidence,
      accepted,
      probabilities,
      logits: byClass(this.#model, this.#logits),
    };
    if (leastSpeechFrames !== undefined) segment.speechFrames = speechMs / this.#frames.hopMs;
    if (voice !== undefined) segment.voice = voice;
    if (activation !== undefined) segment.activation = activation;
    if (valence !== undefined) segment.valence = valence;
    this.#answeredMs = answer.timeMs;
    this.segments.push(segment);
    this.#onSegment?.(segment);
  }
}

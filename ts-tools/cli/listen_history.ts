/** What a person sees of a stream: its newest answer and the last minute. */
import type { LiveAnswer } from "../runtime/live_answer.js";

/** Answers of a minute, one every 0.512 s. */
export const MINUTE = 117;

/** Where a stream stands, for the screen. */
export interface ListenView {
  model: string;
  classes: readonly string[];
  /** Milliseconds of sound. */
  timeMs: number;
  /** Peak of the newest sound, dB of full scale; undefined before the first. */
  peakDb: number | undefined;
  speaking: boolean;
  answer: LiveAnswer | undefined;
  /** The answers of the last minute, the oldest first. */
  history: readonly LiveAnswer[];
  /** Answers since the stream began, of which `history` has the last. */
  answers: number;
  ended: boolean;
}

/** Gathers it. */
export class ListenHistory {
  readonly #model: string;
  readonly #classes: readonly string[];
  #timeMs = 0;
  #speaking = false;
  #loudest: number | undefined;
  #shown: number | undefined;
  #history: LiveAnswer[] = [];
  #answers = 0;
  #ended = false;

  constructor(model: string, classes: readonly string[]) {
    this.#model = model;
    this.#classes = classes;
  }

  frame(timeMs: number, peakDb: number, speaking: boolean): void {
    this.#timeMs = timeMs;
    this.#speaking = speaking;
    this.#loudest = Math.max(peakDb, this.#loudest ?? Number.NEGATIVE_INFINITY);
  }

  answer(answer: LiveAnswer): void {
    this.#history.push(answer);
    this.#answers++;
    if (this.#history.length > MINUTE) this.#history.shift();
  }

  end(): void {
    this.#ended = true;
    this.#speaking = false;
  }

  /** The peak is that of all frames since the last call. */
  view(): ListenView {
    this.#shown = this.#loudest ?? this.#shown;
    this.#loudest = undefined;
    return {
      model: this.#model,
      classes: this.#classes,
      timeMs: this.#timeMs,
      peakDb: this.#shown,
      speaking: this.#speaking,
      answer: this.#history.at(-1),
      history: this.#history,
      answers: this.#answers,
      ended: this.#ended,
    };
  }
}

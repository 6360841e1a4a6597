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
  /** Loudness of the newest sound, dB of full scale; undefined before the first. */
  loudnessDb: number | undefined;
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

  frame(timeMs: number, loudnessDb: number, speaking: boolean): void {
    this.#timeMs = timeMs;
    this.#speaking = speaking;
    this.#loudest = Math.max(loudnessDb, this.#loudest ?? Number.NEGATIVE_INFINITY);
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

  /** The loudness is that of the loudest frame since the last call. */
  view(): ListenView {
    this.#shown = this.#loudest ?? this.#shown;
    this.#loudest = undefined;
    return {
      model: this.#model,
      classes: this.#classes,
      timeMs: this.#timeMs,
      loudnessDb: this.#shown,
      speaking: this.#speaking,
      answer: this.#history.at(-1),
      history: this.#history,
      answers: this.#answers,
      ended: this.#ended,
    };
  }
}

/** What a full-scale sine has of the mel energies' magnitude: half of its amplitude, times the mean of the window, times a frame. */
const FULL_SCALE = 256;

/** About how loud a frame is, dB of full scale, from its log mel energies (of magnitudes). */
export function loudness(mel: Float32Array): number {
  let power = 0;
  for (const value of mel) power += Math.exp(2 * value);
  return 10 * Math.log10(power / FULL_SCALE ** 2 + 1e-9);
}

/** Says changes to screen readers: not each answer, which would be two a second. */
import { element } from "./elements.js";

/** Milliseconds between two sentences. */
const PAUSE_MS = 3000;

export class Announcer {
  readonly #region = element("announcement", HTMLElement);
  #said = "";
  #saidAt = Number.NEGATIVE_INFINITY;

  /** At once. */
  say(sentence: string): void {
    this.#said = sentence;
    this.#saidAt = performance.now();
    this.#region.textContent = sentence;
  }

  /** If it is another sentence than the last one, and that one has had its time. */
  change(sentence: string): void {
    if (sentence !== this.#said && performance.now() - this.#saidAt >= PAUSE_MS) this.say(sentence);
  }
}

/** The answers over time as a table: what the pictures show, for people who do not see them. */
import { element, textElement } from "./elements.js";
import type { LiveAnswer } from "./protocol.js";
import { percent, seconds } from "./wording.js";

/** Rows that are kept: five minutes. */
const MOST_ROWS = 600;

export class AnswerTable {
  readonly #rows = element("answers", HTMLTableSectionElement);
  readonly #details = element("answer-details", HTMLDetailsElement);
  readonly #count = element("answer-count", HTMLElement);
  #answers = 0;

  clear(): void {
    this.#rows.replaceChildren();
    this.#answers = 0;
    this.#details.hidden = true;
  }

  add(answers: readonly LiveAnswer[]): void {
    const rows = answers.slice(-MOST_ROWS).map(({ timeMs, state, label, confidence, speechShare, levelDb }) => {
      const made = document.createElement("tr");
      const time = textElement("th", seconds(timeMs));
      time.scope = "row";
      const likely = label === null ? "" : `${label} ${percent(confidence)}`;
      made.append(
        time,
        ...[state === "label" ? "accepted" : state, likely, percent(speechShare), `${levelDb.toFixed(0)} dB`].map((text) =>
          textElement("td", text),
        ),
      );
      return made;
    });
    this.#rows.append(...rows);
    while (this.#rows.rows.length > MOST_ROWS) this.#rows.rows[0]!.remove();
    this.#answers += answers.length;
    this.#details.hidden = this.#answers === 0;
    this.#count.textContent = `(${this.#answers})`;
  }
}

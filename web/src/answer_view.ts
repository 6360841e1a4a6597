/** The newest answer in large letters, and its probabilities as bars. */
import { element, textElement } from "./elements.js";
import { percent, type Wording } from "./wording.js";

/** What is shown of an answer of a file or of the stream. */
export interface ShownAnswer {
  probabilities: Record<string, number>;
  activation?: number;
  valence?: number;
}

/** What 1 means. */
const DIMENSIONS = { activation: "excited", valence: "pleased" } as const;

export class AnswerView {
  readonly #headline = element("headline", HTMLElement);
  readonly #detail = element("detail", HTMLElement);
  readonly #rows = element("probabilities", HTMLTableSectionElement);
  readonly #dimensions = element("dimensions", HTMLTableSectionElement);
  #cells = new Map<string, HTMLTableRowElement>();

  /** Rows for the classes, in their order. */
  setClasses(classes: readonly string[]): void {
    this.#cells = new Map([...classes, ...Object.values(DIMENSIONS)].map((name) => [name, row(name)]));
    this.#rows.replaceChildren(...classes.map((name) => this.#cells.get(name)!));
    this.#dimensions.replaceChildren(...Object.values(DIMENSIONS).map((name) => this.#cells.get(name)!));
    this.clear();
  }

  show({ headline, detail }: Wording, { probabilities, activation, valence }: ShownAnswer): void {
    this.say(headline, detail);
    const largest = Math.max(...Object.values(probabilities));
    for (const [name, value] of Object.entries(probabilities)) this.#fill(name, value, percent(value), value > 0 && value === largest);
    for (const [name, value] of Object.entries({ activation, valence }))
      this.#fill(DIMENSIONS[name as keyof typeof DIMENSIONS], value ?? 0, value === undefined ? "" : value.toFixed(2), false);
  }

  /** What is shown now. */
  get wording(): Wording {
    return { headline: this.#headline.textContent ?? "", detail: this.#detail.textContent ?? "" };
  }

  say(headline: string, detail: string): void {
    this.#headline.textContent = headline;
    this.#detail.textContent = detail;
  }

  clear(): void {
    for (const name of this.#cells.keys()) this.#fill(name, 0, "", false);
  }

  #fill(name: string, share: number, text: string, largest: boolean): void {
    const cells = this.#cells.get(name);
    if (cells === undefined) return;
    cells.classList.toggle("largest", largest);
    cells.style.setProperty("--share", String(share));
    cells.cells[2]!.textContent = text;
  }
}

function row(name: string): HTMLTableRowElement {
  const made = document.createElement("tr");
  const head = textElement("th", name);
  head.scope = "row";
  const bar = document.createElement("td");
  bar.className = "bar";
  bar.ariaHidden = "true";
  bar.append(document.createElement("span"));
  const value = document.createElement("td");
  value.className = "value";
  made.append(head, bar, value);
  return made;
}

/** How long a search may take, and what a person sees of it. */

/** Processor time, in seconds: what a loaded machine does beside it does not count. */
const MOST_SECONDS = 10;
/** Time between two signs of life, in milliseconds. */
const TOLD_EVERY = 250;

export class SearchTime {
  readonly #tell: (what: string) => void;
  readonly #start = process.cpuUsage();
  #told = Number.NEGATIVE_INFINITY;
  #tried = 0;

  constructor(tell: (what: string) => void) {
    this.#tell = tell;
  }

  /** Counts a front end that was tried. */
  count(): void {
    this.#tried++;
    const now = performance.now();
    if (now - this.#told < TOLD_EVERY) return;
    this.#told = now;
    this.#tell(`looking for what is different: ${this.#tried} front ends tried`);
  }

  isOver(): boolean {
    const { user, system } = process.cpuUsage(this.#start);
    return user + system > MOST_SECONDS * 1e6;
  }
}

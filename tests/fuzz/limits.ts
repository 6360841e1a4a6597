/** Options of fuzzers of all kinds. */
import type { Figures } from "./figures.js";

/** What a single case may take. */
export const LIMITS = { milliseconds: 5000, mebibytes: 512 } as const;

export interface RunOptions {
  seed: number;
  runs?: number | undefined;
  seconds?: number | undefined;
  /** Where cases in which something is found are kept. */
  keepIn: string;
  /** Ends the run once this many different things are found. */
  mostFound?: number | undefined;
  /** Ends the run early. */
  signal?: AbortSignal | undefined;
  onFigures?: ((figures: Figures) => void) | undefined;
}

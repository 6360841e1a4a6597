/** What is reported of a fuzzer. */
import { table as columns } from "../../ts-tools/host/table.js";

export interface Found {
  /** Of the seed; -1 for a case that was given. */
  index: number;
  /** What must not have happened; the first lines of the stack. */
  what: string;
  /** The path of the case, relative to this package. */
  folder: string;
}

export interface Figures {
  target: string;
  seed: number;
  executions: number;
  answers: number;
  refusals: number;
  /** Had to be stopped, and were ended by the product's own limits when they were tried again, or may run forever. */
  stopped: number;
  found: Found[];
  /** Cases in which the same was found as in one before. */
  foundAgain: number;
  /** Of a single case. */
  longest: { milliseconds: number; index: number };
  /** Of the process that tries the cases, during a single one. */
  most: { mebibytes: number; index: number };
  seconds: number;
  /** Sentences without names and numbers, and how often each was said. */
  kinds: Record<string, number>;
}

export function noFigures(target: string, seed: number): Figures {
  return {
    target,
    seed,
    executions: 0,
    answers: 0,
    refusals: 0,
    stopped: 0,
    found: [],
    foundAgain: 0,
    longest: { milliseconds: 0, index: -1 },
    most: { mebibytes: 0, index: -1 },
    seconds: 0,
    kinds: {},
  };
}

export function perSecond({ executions, seconds }: Figures): number {
  return seconds > 0 ? Math.round(executions / seconds) : 0;
}

/** A short table, a line a fuzzer. */
export function table(all: readonly Figures[]): string {
  const head = ["fuzzer", "cases", "a second", "answers", "refusals", "sentences", "stopped", "found", "longest ms", "most MiB"];
  const rows = all.map((one) => [
    one.target,
    one.executions,
    perSecond(one),
    one.answers,
    one.refusals,
    Object.keys(one.kinds).length,
    one.stopped,
    one.foundAgain > 0 ? `${one.found.length} (${one.foundAgain} again)` : one.found.length,
    Math.round(one.longest.milliseconds),
    one.most.mebibytes,
  ]);
  return columns(head, rows);
}

/** Options that say which windows of a sound are classified. */
import { InvalidArgumentError, Option } from "commander";
import { type LongMode, MOST_CROPS, type WindowMode } from "../runtime/windows.js";
import { positiveWholeNumber } from "./run_program.js";

export interface WindowFlags<Long extends LongMode = LongMode> {
  long: Long;
  /** In place of `long`. */
  crops?: number;
}

const LONG_CHOICES: readonly WindowMode[] = ["windows", "center"];
const LONG_HELP = "sounds longer than a window: slide a window over all of it, or use the center";

export function longOption(): Option {
  return new Option("--long <mode>", LONG_HELP).choices(LONG_CHOICES).default("windows");
}

/** The same, with the answers of a stream besides. */
export function longOrStreamOption(): Option {
  return new Option("--long <mode>", `${LONG_HELP}; or, for sounds of any length, the answers of a stream`)
    .choices([...LONG_CHOICES, "stream"])
    .default("windows");
}

export function cropsOption(): Option {
  return new Option("--crops <n>", "in place of --long: the mean of n windows from start to end, or of n places of a shorter sound")
    .argParser(numberOfCrops)
    .conflicts("long");
}

function numberOfCrops(text: string): number {
  const crops = positiveWholeNumber(text);
  if (crops > MOST_CROPS) throw new InvalidArgumentError(`give at most ${MOST_CROPS}.`);
  return crops;
}

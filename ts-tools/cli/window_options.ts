/** Options that say which windows of a sound are classified. */
import { InvalidArgumentError, Option } from "commander";
import { type LongMode, MOST_CROPS } from "../runtime/windows.js";
import { positiveWholeNumber } from "./run_program.js";

export interface WindowFlags {
  long: LongMode;
  /** In place of `long`. */
  crops?: number;
}

export function longOption(): Option {
  return new Option("--long <mode>", "sounds longer than a window: slide a window over all of it, or use the center")
    .choices(["windows", "center"])
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

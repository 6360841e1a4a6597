/** All fuzzers of this folder that run in Node. */

import type { Target } from "./target.js";
import { IMPORTERS } from "./targets/importers.js";

export const TARGETS: readonly Target[] = [...IMPORTERS];

export function targetNamed(name: string): Target {
  const target = TARGETS.find((candidate) => candidate.name === name);
  if (target === undefined) throw new Error(`there is no fuzzer "${name}"; there are ${TARGETS.map((one) => one.name).join(", ")}`);
  return target;
}

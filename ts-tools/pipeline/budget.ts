import { readFile } from "node:fs/promises";
import path from "node:path";
import { ModelError } from "../import/float_model.js";
import type { Budget } from "../link/check_module.js";
import { packageRoot } from "../package_root.js";
import { sourceFolder } from "./model_folder.js";

export const BUDGET = "budget.json";
const FIELDS: readonly (keyof Budget)[] = ["fileBytes", "overheadBytes", "memoryBytes", "hostOverheadBytes", "hostMemoryBytes"];

/** The ceilings of a build: the file that is named, else `budget.json` beside the source, else that of this package. */
export async function readBudget(named: string | undefined, source: string): Promise<Budget> {
  if (named !== undefined) return parse(named, await readFile(named, "utf8"));
  for (const folder of [await sourceFolder(source), packageRoot()]) {
    const file = path.join(folder, BUDGET);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return parse(file, text);
  }
  return {};
}

function parse(file: string, text: string): Budget {
  let budget: unknown;
  try {
    budget = JSON.parse(text);
  } catch {
    throw new ModelError(`${file} is not JSON; correct it.`);
  }
  const wrong = Object.entries(budget ?? {}).find(([key, value]) => !FIELDS.includes(key as keyof Budget) || typeof value !== "number");
  if (typeof budget !== "object" || budget === null || wrong) {
    throw new ModelError(
      `${file} ${wrong ? `has "${wrong[0]}", which is no ceiling` : "holds no object"}; expected numbers ${FIELDS.join(", ")}.`,
    );
  }
  return budget;
}

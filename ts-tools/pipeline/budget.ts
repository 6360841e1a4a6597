import path from "node:path";
import { packageRoot } from "../host/package_root.js";
import { MOST_MANIFEST_BYTES, readPlainText, readPlainTextIfThere } from "../host/plain_file.js";
import type { Budget } from "../link/check_module.js";
import { JsonFields } from "../model/json_fields.js";
import { sourceFolder } from "./model_folder.js";

const BUDGET = "budget.json";
const FIELDS: readonly (keyof Budget)[] = ["fileBytes", "overheadBytes", "memoryBytes", "hostOverheadBytes", "hostMemoryBytes"];

/** The ceilings of a build: from the named file, else from `budget.json` beside the source, else from this package. */
export async function readBudget(named: string | undefined, source: string): Promise<Budget> {
  if (named !== undefined) return parseBudget(await readPlainText(named, MOST_MANIFEST_BYTES), named);
  for (const folder of [await sourceFolder(source), packageRoot()]) {
    const file = path.join(folder, BUDGET);
    const text = await readPlainTextIfThere(file, MOST_MANIFEST_BYTES);
    if (text !== undefined) return parseBudget(text, file);
  }
  return {};
}

/** The ceilings in the text of `file`: any of the fields and no others. */
export function parseBudget(text: string, file: string): Budget {
  const fields = JsonFields.parse(text, file, "correct it");
  fields.only(FIELDS);
  return Object.fromEntries(FIELDS.filter((name) => fields.has(name)).map((name) => [name, fields.count(name, 0)]));
}

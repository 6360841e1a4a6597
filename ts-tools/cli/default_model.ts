import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../host/package_root.js";
import { DEFAULT_MODEL, LICENSES } from "../runtime/shipped_models.js";

/** Help text of `--model`. */
export const MODEL_HELP = `${Object.keys(LICENSES).join(", ")}, or the folder of a built model (default: build/ of a clone, else ${DEFAULT_MODEL})`;

/** The model when none is named: the one that `npm run build` has built in a clone, or the shipped full model. */
export function defaultModel(): string {
  const built = join(packageRoot(), "build");
  return existsSync(join(built, "model.json")) ? built : DEFAULT_MODEL;
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../host/package_root.js";
import { DEFAULT_MODEL } from "../runtime/shipped_models.js";

/** What `--model` may be, for the help of the commands that have it. */
export const MODEL_HELP = "full, micro, or the folder of a built model (default: build/ of a clone, else full)";

/** The model that a command takes when none is named: what `npm run build` has made in a clone, or the full model that ships. */
export function defaultModel(): string {
  const built = join(packageRoot(), "build");
  return existsSync(join(built, "model.json")) ? built : DEFAULT_MODEL;
}

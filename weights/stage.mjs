// Copies the models that ship, weights/MODEL/int8, beside the compiled runtime, which finds them there: dist/ts-tools/models/MODEL. Run by prepare.mjs and
// weights/rebuild.mjs.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const MODELS = ["full", "micro"];

const root = fileURLToPath(new URL("..", import.meta.url));

export function stageModels() {
  for (const model of MODELS) {
    const staged = join(root, "dist/ts-tools/models", model);
    rmSync(staged, { recursive: true, force: true });
    mkdirSync(staged, { recursive: true });
    cpSync(join(root, "weights", model, "int8"), staged, { recursive: true });
  }
}

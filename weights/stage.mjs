// Copies the models that ship, weights/MODEL/int8, beside the compiled runtime, which finds them there: dist/ts-tools/models/MODEL. Of those that are not part
// of the runtime's package any may be missing. Run by prepare.mjs and weights/rebuild.mjs, after the compiler.
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export async function stageModels() {
  const { isPackagedModel, LICENSES } = await import("../dist/ts-tools/runtime/shipped_models.js");
  for (const model of Object.keys(LICENSES)) {
    const built = join(root, "weights", model, "int8");
    const staged = join(root, "dist/ts-tools/models", model);
    rmSync(staged, { recursive: true, force: true });
    if (!isPackagedModel(model) && !existsSync(built)) continue;
    mkdirSync(staged, { recursive: true });
    cpSync(built, staged, { recursive: true });
  }
}

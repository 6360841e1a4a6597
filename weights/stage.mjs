// Copies the models that ship, weights/MODEL/int8, beside the compiled runtime, which finds them there: dist/ts-tools/models/MODEL. Run by prepare.mjs and
// weights/rebuild.mjs, after the compiler.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export async function stageModels() {
  const { SHIPPED_MODELS } = await import("../dist/ts-tools/runtime/shipped_models.js");
  for (const model of SHIPPED_MODELS) {
    const staged = join(root, "dist/ts-tools/models", model);
    rmSync(staged, { recursive: true, force: true });
    mkdirSync(staged, { recursive: true });
    cpSync(join(root, "weights", model, "int8"), staged, { recursive: true });
  }
}

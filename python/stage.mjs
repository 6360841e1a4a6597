// Writes python/src/light_sernet/data, which the wheel takes with it and git ignores: the SIMD and scalar modules of the models with their manifests, the
// tables of the module's interface as JSON, and the license. Run by prepare.mjs and weights/rebuild.mjs, after the compiler.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export async function stagePython() {
  const { hostTables } = await import("../dist/ts-tools/runtime/host_tables.js");
  const tables = hostTables();
  const data = join(root, "python/src/light_sernet/data");
  rmSync(data, { recursive: true, force: true });
  for (const model of tables.packagedModels) {
    mkdirSync(join(data, model), { recursive: true });
    for (const file of [...Object.values(tables.builds), "model.json"])
      cpSync(join(root, "weights", model, "int8", file), join(data, model, file));
  }
  cpSync(join(root, "LICENSE"), join(data, "LICENSE"));
  writeFileSync(join(data, "tables.json"), `${JSON.stringify(tables, null, 1)}\n`);
}

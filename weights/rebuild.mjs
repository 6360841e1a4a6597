// Writes weights/MODEL/int8 again, for each model that ships: the modules that `light-sernet build` makes of its float weights, and their
// manifest. `npm run weights`; a test compares them to the byte, so that it is to be run after every change of the kernels or the weights.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runIfMain } from "../dist/ts-tools/host/main_module.js";
import { COMMAND_FILE, MODULE_BUILDS, moduleFile } from "../dist/ts-tools/model/builds.js";
import { isPackagedModel, LICENSES } from "../dist/ts-tools/runtime/shipped_models.js";
import { stagePython } from "../python/stage.mjs";
import { stageModels } from "./stage.mjs";

const FILES = [...MODULE_BUILDS.map(moduleFile), COMMAND_FILE, "model.json"];

const root = fileURLToPath(new URL("..", import.meta.url));

await runIfMain(import.meta.url, async () => {
  for (const model of Object.keys(LICENSES)) {
    if (!isPackagedModel(model) && !existsSync(join(root, "weights", model, "model.json"))) {
      console.log(`weights/${model}: not there yet, skipped`);
      continue;
    }
    const built = mkdtempSync(join(tmpdir(), "light-sernet-weights-"));
    try {
      const command = [join(root, "dist/ts-tools/cli/main.js"), "build", join("weights", model), "--out", built];
      execFileSync(process.execPath, command, { cwd: root, stdio: "inherit" });
      const shipped = join(root, "weights", model, "int8");
      mkdirSync(shipped, { recursive: true });
      for (const file of FILES) {
        copyFileSync(join(built, file), join(shipped, `${file}.part`));
        renameSync(join(shipped, `${file}.part`), join(shipped, file));
      }
    } finally {
      rmSync(built, { recursive: true });
    }
  }
  await stageModels();
  await stagePython();
});

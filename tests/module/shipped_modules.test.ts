/** weights/MODEL/int8: what ships is what `light-sernet build` makes of the float weights beside it, to the byte. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MODULE_BUILDS, moduleFile } from "../../ts-tools/model/builds.js";
import { SHIPPED_MODELS } from "../../ts-tools/runtime/shipped_models.js";
import { repositoryRoot } from "../support/paths.js";
import { shippedBuild } from "../support/shipped_build.js";

for (const model of SHIPPED_MODELS) {
  test(`weights/${model}/int8 is rebuilt to the byte`, async (t) => {
    const shipped = join(repositoryRoot, "weights", model, "int8");
    const { out: built } = await shippedBuild(model);
    const files = readdirSync(shipped).sort();
    assert.deepEqual(files, ["light-sernet-cli.wasm", "model.json", ...MODULE_BUILDS.map(moduleFile)].sort());
    for (const file of files) {
      const [here, there] = [join(shipped, file), join(built, file)].map((path) => readFileSync(path));
      assert.ok(
        here!.equals(there!),
        `weights/${model}/int8/${file} differs from what is built of weights/${model}; npm run weights writes it again`,
      );
      t.diagnostic(`${file}: ${here!.length} bytes`);
    }
  });
}

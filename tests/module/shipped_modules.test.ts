/** weights/MODEL/int8: what ships is what `light-sernet build` makes of the float weights beside it, to the byte. And what the list of models says of each. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MODULE_BUILDS, moduleFile } from "../../ts-tools/model/builds.js";
import { isPackagedModel, LICENSES, type ShippedModel } from "../../ts-tools/runtime/shipped_models.js";
import { repositoryRoot } from "../support/paths.js";
import { shippedBuild } from "../support/shipped_build.js";

/** A packaged model must be there; world and world-micro are listed before they are trained. */
const isThere = (model: ShippedModel): boolean =>
  isPackagedModel(model) || existsSync(join(repositoryRoot, "weights", model, "model.json"));

for (const model of (Object.keys(LICENSES) as ShippedModel[]).filter(isThere)) {
  test(`weights/${model}: license and ceilings`, () => {
    const read = (file: string) =>
      JSON.parse(readFileSync(join(repositoryRoot, "weights", model, file), "utf8")) as Record<string, unknown>;
    assert.equal(read("light-sernet.json").license, LICENSES[model]);
    assert.equal(read("int8/model.json").license, LICENSES[model]);
    assert.ok(Number(read("budget.json").fileBytes) <= (/micro$/.test(model) ? 174_000 : 512_000));
  });

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

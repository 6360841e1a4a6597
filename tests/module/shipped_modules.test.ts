/** weights/MODEL/int8: what ships is what `light-sernet build` makes of the float weights beside it, to the byte. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { MODULE_BUILDS, moduleFile } from "../../ts-tools/model/builds.js";
import { lightSernet } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

const folder = mkdtempSync(join(tmpdir(), "light-sernet-shipped-"));
after(() => rmSync(folder, { recursive: true }));

for (const model of ["full", "micro"]) {
  test(`weights/${model}/int8 is rebuilt to the byte`, async (t) => {
    const shipped = join(repositoryRoot, "weights", model, "int8");
    const built = join(folder, model);
    const { code, stderr } = await lightSernet(["build", join(repositoryRoot, "weights", model), "--out", built]);
    assert.equal(code, 0, stderr);
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

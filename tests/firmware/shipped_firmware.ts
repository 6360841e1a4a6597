/** What `light-sernet build weights/MODEL --firmware` writes, made once for all tests of the hosts. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { cached, folderHash } from "../support/cache.js";
import { lightSernet } from "../support/command.js";
import { repositoryRoot } from "../support/paths.js";

export type ShippedModel = "full" | "micro";

/** Copies the C sources of a model into a folder. */
export async function writeShippedFirmware(folder: string, model: ShippedModel): Promise<void> {
  const source = join("weights", model);
  const made = await cached(`firmware ${folderHash(source)}`, async (empty) => {
    const { code, stderr } = await lightSernet(["build", join(repositoryRoot, source), "--profile", "embedded", "--firmware", empty]);
    assert.equal(code, 0, stderr);
  });
  cpSync(made, folder, { recursive: true });
}

/**
 * Puts the sources where hosts/firmware.mk looks for them, with BUILD as the folder: make then takes them as made. That it makes them itself is
 * what narrow_report.test.ts and bare_metal.test.ts see.
 */
export async function fillBuildFolder(build: string, models: readonly ShippedModel[]): Promise<void> {
  for (const model of models) await writeShippedFirmware(join(build, model, "source"), model);
}

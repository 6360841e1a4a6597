/** What `light-sernet build` writes of the models that ship: made once for all tests that need it. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ShippedModel } from "../../ts-tools/runtime/shipped_models.js";
import { cached, folderHash } from "./cache.js";
import { lightSernetAgain } from "./command.js";
import { repositoryRoot } from "./paths.js";

export interface ShippedBuild {
  /** That of --out. Do not write to it. */
  out: string;
  /** That of --firmware. */
  firmware: string;
  /** What the command has printed. */
  printed: string;
}

export async function shippedBuild(model: ShippedModel): Promise<ShippedBuild> {
  const source = join("weights", model);
  const folder = await cached(`shipped ${folderHash(source)}`, async (empty) => {
    const places = ["--out", join(empty, "out"), "--firmware", join(empty, "firmware")];
    const { code, stdout, stderr } = await lightSernetAgain(["build", join(repositoryRoot, source), ...places]);
    assert.equal(code, 0, stderr);
    writeFileSync(join(empty, "printed.txt"), stdout);
  });
  return { out: join(folder, "out"), firmware: join(folder, "firmware"), printed: readFileSync(join(folder, "printed.txt"), "utf8") };
}

/** Copies the C sources of a model into a folder. */
export async function writeShippedFirmware(folder: string, model: ShippedModel): Promise<void> {
  cpSync((await shippedBuild(model)).firmware, folder, { recursive: true });
}

/**
 * Puts the sources where hosts/firmware.mk looks for them, with BUILD as the folder: make then takes them as made. That it makes them itself is
 * what tests/firmware/narrow_report.test.ts sees, of both hosts.
 */
export async function fillBuildFolder(build: string, models: readonly ShippedModel[]): Promise<void> {
  for (const model of models) await writeShippedFirmware(join(build, model, "source"), model);
}

/** The same with the names of a prefix. */
export async function writePrefixedFirmware(folder: string, model: ShippedModel, prefix: string): Promise<void> {
  const source = join("weights", model);
  const made = await cached(`shipped ${prefix} ${folderHash(source)}`, async (empty) => {
    const { code, stderr } = await lightSernetAgain(["build", join(repositoryRoot, source), "--firmware", empty, "--prefix", prefix]);
    assert.equal(code, 0, stderr);
  });
  cpSync(made, folder, { recursive: true });
}

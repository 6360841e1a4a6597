/** A trained model that ships, without the parts that a model may have or lack: what such a model does not have, and what its front end computes without a normalization. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ShippedModel } from "../../ts-tools/runtime/shipped_models.js";
import { cached, folderHash } from "./cache.js";
import { lightSernetAgain } from "./command.js";
import { repositoryRoot } from "./paths.js";

const OPTIONAL = ["normalization", "dimensions", "speakerAnswers", "leastSpeechFrames", "voice"];
const SIDECAR = "light-sernet.json";

/** Writes what `light-sernet build` takes; the activation scales stay, so it needs no recordings. */
export function writePlainSource(folder: string, model: ShippedModel): void {
  const source = join(repositoryRoot, "weights", model);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(source))
    if (name === "model.json" || name.endsWith(".bin")) cpSync(join(source, name), join(folder, name));
  const fields = Object.entries(JSON.parse(readFileSync(join(source, SIDECAR), "utf8")) as object).filter(
    ([name]) => !OPTIONAL.includes(name),
  );
  writeFileSync(join(folder, SIDECAR), JSON.stringify(Object.fromEntries(fields)));
}

/** The folder that `light-sernet build` makes of such a model: made once for all tests that need it. Do not write to it. */
export async function plainBuild(model: ShippedModel): Promise<string> {
  const folder = await cached(`plain ${folderHash(join("weights", model))}`, async (empty) => {
    writePlainSource(join(empty, "source"), model);
    const { code, stderr } = await lightSernetAgain(["build", join(empty, "source"), "--out", join(empty, "out")]);
    if (code !== 0) throw new Error(stderr);
  });
  return join(folder, "out");
}

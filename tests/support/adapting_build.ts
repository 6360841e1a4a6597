/** A small model that normalizes and learns what a person answers on average, in a folder as `light-sernet build` writes it: the scalar module, the WASI command and the manifest. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestText } from "../../ts-tools/model/manifest.js";
import { manifestOf } from "../firmware/small_model.js";
import { type BuiltModel, buildCommand, buildPlan, nameModel } from "../module/built_model.js";
import { PATH_CASES } from "../module/cases.js";

/** Segments of 6,000 samples. */
export const ADAPTING = {
  ...PATH_CASES.find(({ frontEnd }) => frontEnd.normalization)!,
  rules: { speakerAnswers: { share: 0.7, weight: 3, horizon: 5.5, leastSpeech: 2 } },
};

/** The folder is the caller's to remove. */
export async function adaptingBuild(): Promise<{ folder: string; built: BuiltModel }> {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-adapting-"));
  const built = await buildPlan(ADAPTING, "command");
  const { sha256 } = nameModel(built.name, built.model, built.frontEnd, built.acceptThreshold);
  writeFileSync(join(folder, "model.json"), manifestText({ ...manifestOf(built), sha256 }));
  writeFileSync(join(folder, "light-sernet.wasm"), built.embedded);
  writeFileSync(join(folder, "light-sernet-cli.wasm"), await buildCommand(built));
  return { folder, built };
}

/** The WASI command of a model that normalizes, beside the API. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findWasmtime } from "../../ts-tools/host/wasmtime.js";
import { recognitionJson } from "../../ts-tools/runtime/index.js";
import type { Recognition } from "../../ts-tools/runtime/result.js";
import { wavFile } from "../support/wav.js";
import { type BuiltModel, buildCommand } from "./built_model.js";

/** Asserts that the command prints this result, character for character, but for the times, and the statistics besides. The command is written to `folder`. */
export async function assertCommandReports(built: BuiltModel, sound: Int16Array, result: Recognition, folder: string): Promise<void> {
  const file = join(folder, "command.wasm");
  writeFileSync(file, await buildCommand(built));
  const { status, stdout, stderr } = spawnSync(findWasmtime(), ["run", file], { input: wavFile(sound), encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { timing: _, adaptation: gathered, ...command } = JSON.parse(stdout) as Recognition & { adaptation: string };
  assert.ok(gathered);
  const { timing: __, ...ours } = JSON.parse(recognitionJson("-", result)) as Recognition;
  assert.equal(JSON.stringify(command), JSON.stringify(ours));
}

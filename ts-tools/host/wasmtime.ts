import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findProgram } from "./find_program.js";
import { packageRoot } from "./package_root.js";

/** The environment variable that names the program. */
const WASMTIME_VARIABLE = "LIGHT_SERNET_WASMTIME";

/** The path of wasmtime: from the environment, the PATH or `.tools/` of this package; throws an error that says how to get it. */
export function findWasmtime(environment: NodeJS.ProcessEnv = process.env): string {
  const tools = join(packageRoot(), ".tools");
  return findProgram(
    {
      names: ["wasmtime"],
      variable: WASMTIME_VARIABLE,
      folders: [tools, join(tools, "wasmtime")],
      howToGet: 'wasmtime is not installed; get it from https://wasmtime.dev (or "cargo install wasmtime-cli"), put it on the PATH',
    },
    environment,
  );
}

/** The version in the output of `wasmtime --version`. */
export function wasmtimeVersion(program: string): string {
  return (
    spawnSync(program, ["--version"], { encoding: "utf8" })
      .stdout?.trim()
      .replace(/^\S+\s+/, "") ?? "unknown"
  );
}

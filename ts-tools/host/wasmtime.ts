import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { packageRoot } from "./package_root.js";

/** The environment variable that names the program. */
export const WASMTIME_VARIABLE = "LIGHT_SERNET_WASMTIME";

const HOW_TO_GET =
  `wasmtime is not installed; get it from https://wasmtime.dev (or "cargo install wasmtime-cli"), put it on the PATH, ` +
  `or name the program in ${WASMTIME_VARIABLE}`;

/** The path of wasmtime: from the environment, the PATH or `.tools/` of this package; throws a sentence that says how to get it. */
export function findWasmtime(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment[WASMTIME_VARIABLE];
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`${WASMTIME_VARIABLE} names ${named}, which is no program; correct it`);
  }
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const tools = join(packageRoot(), ".tools");
  const candidates = [...folders.map((folder) => join(folder, "wasmtime")), join(tools, "wasmtime"), join(tools, "wasmtime", "wasmtime")];
  const program = candidates.find(isProgram);
  if (program === undefined) throw new Error(HOW_TO_GET);
  return program;
}

/** What `wasmtime --version` says, without its name. */
export function wasmtimeVersion(program: string): string {
  return (
    spawnSync(program, ["--version"], { encoding: "utf8" })
      .stdout?.trim()
      .replace(/^\S+\s+/, "") ?? "unknown"
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "../support/paths.js";

/** The environment variable that names a Python with the package `wasmtime`. */
const VARIABLE = "LIGHT_SERNET_PYTHON";

/** A Python that has the package, or why there is not one. If the variable names a Python, it must have the package. */
export function findPython(): { program: string } | { missing: string } {
  const named = process.env[VARIABLE];
  if (named) {
    if (hasWasmtime(named)) return { program: named };
    throw new Error(`${VARIABLE} names ${named}, which has no package wasmtime; install it there, or correct the variable`);
  }
  const program = [join(repositoryRoot, ".venv", "bin", "python"), "python3"].find(hasWasmtime);
  if (program !== undefined) return { program };
  return { missing: `neither .venv nor python3 has the package wasmtime: name a Python that has it in ${VARIABLE}` };
}

function hasWasmtime(program: string): boolean {
  return spawnSync(program, ["-c", "import wasmtime"]).status === 0;
}

/** packaging/read_build_files.py: the files for Zephyr and ESP-IDF, read with the tools that these read them with. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "../support/paths.js";
import { FIXTURES } from "./workplace.js";

const PYTHON = join(repositoryRoot, ".venv", "bin", "python");
export const skipPython =
  spawnSync(PYTHON, ["-c", "import kconfiglib, yaml"]).status !== 0 &&
  "kconfiglib and PyYAML are not in .venv: tests/run.sh installs them, from tests/firmware/packaging/requirements.txt";

export interface BuildFiles {
  yaml: Record<string, Record<string, unknown>>;
  kconfig: { warnings: string[]; symbols: { name: string; type: string; prompt: string | null; help: string | null; value: string }[] }[];
}

/** What YAML's and Kconfig's own tools read in written folders, which are modules of one application. Every configuration is a list of settings. */
export function readBuildFiles(folders: readonly string[], ...configurations: string[]): BuildFiles {
  const parameters = [join(FIXTURES, "read_build_files.py"), folders.join(":"), ...configurations];
  const { status, stdout, stderr } = spawnSync(PYTHON, parameters, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as BuildFiles;
}

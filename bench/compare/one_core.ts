import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Set in the process that was started again on one core. */
const CORE_VARIABLE = "LIGHT_SERNET_BENCH_CORE";

/** The core to which runOnOneCore bound this process and all that it starts. */
export function boundCore(): string | undefined {
  return process.env[CORE_VARIABLE];
}

/**
 * Runs this command again, bound to one core with all processes that it starts, and returns its exit code; undefined where that is not possible (no
 * taskset, or not Linux) or is done already.
 */
export async function runOnOneCore(): Promise<number | undefined> {
  if (boundCore() !== undefined || process.platform !== "linux") return undefined;
  if (spawnSync("taskset", ["--version"]).status !== 0) return undefined;
  const core = lastAllowedCore(readFileSync("/proc/self/status", "utf8"));
  if (core === undefined) return undefined;
  const child = spawn("taskset", ["-c", core, process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: { ...process.env, [CORE_VARIABLE]: core },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** The last core of "Cpus_allowed_list: 0-3,8": the first ones do more of the system's work. */
export function lastAllowedCore(status: string): string | undefined {
  return /^Cpus_allowed_list:.*?(\d+)\s*$/m.exec(status)?.[1];
}

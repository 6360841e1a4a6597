import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** How often a running program is looked at. What it takes after the last look, just before its end, is missed. */
const POLL_MS = 1;

/**
 * The largest resident memory, in bytes, of a program that runs to its end with a file as its standard input; its output is dropped. Undefined where the
 * system does not tell: all but Linux. Throws when the program cannot be started.
 */
export async function peakResidentBytes(program: string, parameters: readonly string[], input: string): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  const handle = await open(input);
  try {
    const child = spawn(program, parameters, { stdio: [handle.fd, "ignore", "ignore"] });
    await once(child, "spawn");
    let peak: number | undefined;
    while (child.exitCode === null && child.signalCode === null) {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
      // Absent once the program has ended.
      const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
      if (kibibytes !== undefined) peak = 1024 * Number(kibibytes);
      await sleep(POLL_MS);
    }
    return peak;
  } finally {
    await handle.close();
  }
}

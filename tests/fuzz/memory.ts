/** How much memory this process, or another, has used at most since it was asked to forget. Linux reports it; elsewhere the present use stands in. */
import { readFileSync, writeFileSync } from "node:fs";

const MEBIBYTE = 2 ** 20;

/** Begins to count anew. */
export function forgetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Then the peak is that of all cases so far, or of now: what is suspected is tried again alone.
  }
}

/** Mebibytes. */
export function peakOf(pid: number | "self" = "self"): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    if (kibibytes !== undefined) return Number(kibibytes) / 1024;
  } catch {
    // Not Linux, or the process is gone.
  }
  try {
    return pid === "self" ? process.memoryUsage.rss() / MEBIBYTE : 0;
  } catch {
    return 0; // No more files can be opened here: that is what the case did.
  }
}

/** Processor time of a process: what its limits are counted in, so that other programs on the machine make no case late. */
import { readFileSync } from "node:fs";

/** Linux counts in hundredths of a second. */
const MILLISECONDS_PER_TICK = 10;

/** Milliseconds of all threads of another process, 0 once it is gone; undefined where the system does not tell. */
export function processorMilliseconds(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    // The second field is the name in parentheses; user and system time are the 14th and 15th.
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * MILLISECONDS_PER_TICK;
  } catch {
    return 0;
  }
}

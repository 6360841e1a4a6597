import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { errorSentence, printError } from "./terminal.js";

/**
 * Runs a module's command when Node was started with that module, and does nothing when it is imported:
 *
 *     await runIfMain(import.meta.url, () => { ... });
 *
 * An error is one sentence on standard error and exit code 1; 2 for options that node:util's parseArgs refuses.
 */
export async function runIfMain(url: string, command: () => void | Promise<void>): Promise<void> {
  if (!isMain(url)) return;
  try {
    await command();
  } catch (error) {
    printError(undefined, errorSentence(error));
    process.exitCode = isUsageError(error) ? 2 : 1;
  }
}

/** Node's own argument may be a symbolic link, as npm makes them for commands, or lack its extension: Node resolves both. */
function isMain(url: string): boolean {
  const [, started] = process.argv;
  if (started === undefined) return false;
  try {
    return createRequire(url).resolve(started) === fileURLToPath(url);
  } catch {
    return false;
  }
}

/** Wrong usage of a script, for runIfMain: exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

function isUsageError(error: unknown): boolean {
  return error instanceof UsageError || String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}

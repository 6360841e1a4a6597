/** Chromium, driven by playwright-core. */
import { accessSync, constants } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";

/** The environment variable that names the program. */
export const CHROMIUM_VARIABLE = "LIGHT_SERNET_CHROMIUM";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of Chromium: from the environment or the PATH; throws a sentence that says how to get it. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment[CHROMIUM_VARIABLE];
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`${CHROMIUM_VARIABLE} names ${named}, which is no program; correct it`);
  }
  const folders = (environment.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const found = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find(isProgram);
  if (found === undefined) {
    throw new Error(`Chromium is not installed; install it (Debian's package is "chromium"), or name the program in ${CHROMIUM_VARIABLE}`);
  }
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts Chromium without a window; throws a sentence that says what is missing. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  const { chromium } = await import("playwright-core");
  // Chromium's sandbox refuses to run as root, as in containers; the pages are our own.
  const chromiumSandbox = process.getuid?.() !== 0;
  return chromium.launch({ executablePath, chromiumSandbox });
}

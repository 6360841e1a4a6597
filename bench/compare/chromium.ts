/** Chromium, driven by playwright-core. */
import type { Browser } from "playwright-core";
import { findProgram } from "../../ts-tools/host/find_program.js";

/** The environment variable that names the program. */
export const CHROMIUM_VARIABLE = "LIGHT_SERNET_CHROMIUM";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of Chromium: from the environment or the PATH; throws a sentence that says how to get it. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string {
  const howToGet = 'Chromium is not installed; install it (Debian\'s package is "chromium")';
  return findProgram({ names: NAMES, variable: CHROMIUM_VARIABLE, howToGet }, environment);
}

/** Starts Chromium without a window, with these options; throws a sentence that says what is missing. */
export async function launchChromium(args: string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  const { chromium } = await import("playwright-core");
  // Chromium's sandbox refuses to run as root, as in containers; the pages are our own.
  const chromiumSandbox = process.getuid?.() !== 0;
  return chromium.launch({ executablePath, chromiumSandbox, args });
}

/** Loads the page of an app in Chromium, whose microphone plays a recording. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../bench/compare/chromium.js";
import { wavOf } from "../../ts-tools/sounds/pcm.js";
import { repositoryRoot } from "../support/paths.js";
import { readPcmWav } from "../support/pcm_wav.js";
import type { Answer, Use } from "./sources.js";

/** What is said into the microphone. */
export const SPOKEN = "anger";
const RATE = 16_000;

/** Chromium with a microphone that plays a voice and 1.5 s of silence, again and again, from the moment when it is opened; `folder` is for the sound. */
export function launchWithMicrophone(folder: string): Promise<Browser> {
  const voice = readPcmWav(join(repositoryRoot, "examples/emodb/anger_15a04Wb.wav"));
  const sound = new Int16Array(voice.length + 1.5 * RATE);
  sound.set(voice);
  const file = join(folder, "microphone.wav");
  writeFileSync(file, wavOf(sound, RATE));
  return launchChromium([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-audio-capture=${file}`,
  ]);
}

export interface Loaded {
  answer: Answer;
  /** What the server of the app has put into the page. */
  server?: Answer;
  /** Bytes of scripts and modules that the page has loaded, not compressed. */
  scriptBytes: number;
  moduleBytes: number;
  /** Errors of the page, and what it printed. */
  said: string[];
}

/** In a context of its own, so that nothing is in its cache. An app that listens is clicked. */
export async function loadPage(browser: Browser, address: string, use: Use): Promise<Loaded> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const said: string[] = [];
    const sizes = { scriptBytes: 0, moduleBytes: 0 };
    const bodies: Promise<void>[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    // Of its workers, too.
    context.on("response", (response) => {
      const key = /javascript/.test(response.headers()["content-type"] ?? "") ? "scriptBytes" : "moduleBytes";
      if (key === "moduleBytes" && !/\.wasm(\?|$)/.test(response.url())) return;
      const add = response.body().then((body) => {
        sizes[key] += body.length;
      });
      bodies.push(add.catch(() => {}));
    });
    // Next's development server compiles a page when it is first asked for.
    await page.goto(address, { timeout: 120_000 });
    if (use === "listen") {
      await page.waitForFunction("globalThis.isReady", undefined, { timeout: 60_000 });
      await page.click("button");
    }
    await page.waitForFunction("globalThis.answer", undefined, { timeout: 60_000 }).catch(() => {});
    const [answer, server] = await page.evaluate(() => [
      (globalThis as { answer?: unknown }).answer,
      JSON.parse(document.getElementById("server")?.textContent ?? "null") as unknown,
    ]);
    await Promise.all(bodies);
    return {
      answer: (answer as Answer) ?? { error: `no answer within a minute: ${said.join(" | ")}` },
      ...(server !== null && { server: server as Answer }),
      ...sizes,
      said,
    };
  } finally {
    await context.close();
  }
}

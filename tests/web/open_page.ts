/** The page in a real Chromium, served from a path below the root. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium } from "../../bench/compare/chromium.js";
import { buildPage } from "../../web/build/build_page.js";
import { type PageServer, servePage } from "../../web/build/serve_page.js";

/** A built page, the server that it comes from, and a browser. */
export interface PageUnderTest {
  folder: string;
  server: PageServer;
  browser: Browser;
  close(): Promise<void>;
}

/** `microphone`: a WAV file that Chromium's fake microphone plays, again and again. */
export async function startPage(microphone?: string): Promise<PageUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-page-"));
  await buildPage(folder);
  const server = await servePage(folder, "/some/where/");
  const fake = microphone === undefined ? [] : ["--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${microphone}`];
  const browser = await launchChromium(fake);
  return {
    folder,
    server,
    browser,
    async close() {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A tab with the page in it, ready, and what went wrong in it. */
export interface OpenTab {
  page: Page;
  /** Errors of scripts and of the policy, and requests that leave the page's folder. */
  faults: string[];
}

export async function openTab({ browser, server }: PageUnderTest, options: BrowserContextOptions = {}): Promise<OpenTab> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  context.on("request", (request) => {
    if (!request.url().startsWith(server.address) && !request.url().startsWith("blob:")) faults.push(`requested ${request.url()}`);
  });
  await page.goto(server.address);
  await ready(page);
  return { page, faults };
}

/** Waits until the model is loaded. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector("#headline")?.textContent === "ready");
}

/** Waits until a file is answered, or there is a sentence about what is wrong. */
export async function answered(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isSaved = document.querySelector<HTMLButtonElement>("#save-json")?.disabled === false;
    return isSaved || document.querySelector("#problem")?.textContent !== "";
  });
}

export const headline = (page: Page): Promise<string | null> => page.textContent("#headline");

/** The text of the file that a button saves. */
export async function saved(page: Page, button: "#save-json" | "#save-csv"): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString("utf8") };
}

/** No part of the page is outside the screen on the right. */
export async function assertFits(page: Page): Promise<void> {
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const);
  assert.ok(wide <= screen, `the page is ${wide} pixels wide on a screen of ${screen}`);
}

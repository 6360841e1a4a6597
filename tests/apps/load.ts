/** Loads the page of an app in Chromium. */
import type { Browser } from "playwright-core";
import type { Answer } from "./sources.js";

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

/** In a context of its own, so that nothing is in its cache. */
export async function loadPage(browser: Browser, address: string): Promise<Loaded> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const said: string[] = [];
    const sizes = { scriptBytes: 0, moduleBytes: 0 };
    const bodies: Promise<void>[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("response", (response) => {
      const key = /javascript/.test(response.headers()["content-type"] ?? "") ? "scriptBytes" : "moduleBytes";
      if (key === "moduleBytes" && !/\.wasm(\?|$)/.test(response.url())) return;
      const add = response.body().then((body) => {
        sizes[key] += body.length;
      });
      bodies.push(add.catch(() => {}));
    });
    await page.goto(address);
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

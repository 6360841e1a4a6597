import type { Browser, Page } from "playwright-core";
import { findChromium, launchChromium } from "../../bench/compare/chromium.js";
import { type FileServer, serveFiles } from "../../bench/compare/file_server.js";

/** The option of a test that opens Chromium: why it cannot here, or false. */
export const skipWithoutChromium: string | false = missing();

function missing(): string | false {
  try {
    findChromium();
    return false;
  } catch (error) {
    return (error as Error).message;
  }
}

/** An isolated page of Chromium, and the server that it loads from. */
export interface OpenPage {
  page: Page;
  server: FileServer;
  close(): Promise<void>;
}

/**
 * Opens a page that may `import` and `fetch` files in the folders: with { dist } it has /dist/ts-tools/runtime/browser.js.
 *
 *     const { page, server, close } = await openPage({ dist: join(repositoryRoot, "dist") });
 *     const answer = await page.evaluate(async (module) => { ... }, server.file(wasm));
 *
 * `parameters` are those of Chromium.
 */
export async function openPage(folders: Readonly<Record<string, string>>, parameters: string[] = []): Promise<OpenPage> {
  const server = await serveFiles(folders);
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await server.close();
  };
  try {
    browser = await launchChromium(parameters);
    const page = await browser.newPage();
    await page.goto(server.address);
    return { page, server, close };
  } catch (error) {
    await close();
    throw error;
  }
}

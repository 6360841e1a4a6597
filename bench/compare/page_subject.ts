/** Subjects in pages of Chromium, each in a context of its own. */
import type { Browser, Page } from "playwright-core";
import type { Answer, OpenSubject, Task } from "../measured/task.js";
import type { FileServer } from "./file_server.js";
import type { ColdStart, Started } from "./process_subject.js";

/** A module for a page: it exports `open(task, files)`. */
export interface PageScript {
  /** Its address. */
  address: string;
  task: Task;
}

export async function startPage(browser: Browser, server: FileServer, script: PageScript): Promise<Started> {
  const { page, answer } = await openPage(browser, server, script);
  return {
    answer,
    run: () => page.evaluate(() => (globalThis as unknown as { subject: OpenSubject }).subject.run()),
    close: () => page.context().close(),
  };
}

/** One first inference in a fresh page. */
export async function coldPage(browser: Browser, server: FileServer, script: PageScript): Promise<ColdStart> {
  const { page, answer, coldStartMs } = await openPage(browser, server, script);
  await page.context().close();
  return { answer, coldStartMs };
}

async function openPage(
  browser: Browser,
  server: FileServer,
  { address, task }: PageScript,
): Promise<{ page: Page; answer: Answer; coldStartMs: number }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  try {
    await page.goto(server.address);
    const opened = await page.evaluate(
      async ({ address, task }) => {
        // `open` loads nothing: the bytes are in memory when the clock starts.
        const script = (await import(address)) as { open(task: Task, files: Record<string, Uint8Array>): Promise<OpenSubject> };
        const files: Record<string, Uint8Array> = {};
        for (const [name, file] of Object.entries(task.files)) files[name] = new Uint8Array(await (await fetch(file)).arrayBuffer());
        const begin = performance.now();
        const subject = await script.open(task, files);
        const coldStartMs = performance.now() - begin;
        Object.assign(globalThis, { subject });
        return { answer: subject.answer(), coldStartMs };
      },
      { address, task },
    );
    return { page, ...opened };
  } catch (error) {
    await context.close();
    // Playwright appends the page's stack to its messages.
    const [first] = String(error instanceof Error ? error.message : error).split("\n");
    throw new Error(first);
  }
}

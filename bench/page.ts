/**
 * The page in Chromium: its size, its requests, the time to a first answer, and its pictures for docs/page.md.
 *
 *     node dist/bench/page.js [--out FILE] [--pictures FOLDER]
 *
 * The microphone is Chromium's fake one, which plays recordings of EMO-DB from the first sample when it is opened; so the time from the click to the first answer
 * has in it what the stream needs to hear (1.1 s).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { median } from "../ts-tools/host/median.js";
import { packageVersion } from "../ts-tools/host/package_info.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { printLine } from "../ts-tools/host/terminal.js";
import { MODULE_BUILDS, moduleFile } from "../ts-tools/model/builds.js";
import { buildPage } from "../web/build/build_page.js";
import { pageSizes } from "../web/build/page_sizes.js";
import { type PageServer, servePage } from "../web/build/serve_page.js";
import { launchChromium } from "./compare/chromium.js";
import { machine, today } from "./measured/machine.js";
import { measuredModules } from "./measured/modules.js";

/** A first visit: milliseconds from the address to the page that is ready, and from the click to the answer. */
interface Visit {
  readyMs: number;
  /** Files until then; what the service worker keeps comes later. */
  requests: number;
  exampleMs: number;
  microphoneMs: number;
}

const VISITS = 5;

/** What the microphone hears: recordings with pauses. */
const TALK = ["happiness_16a07Fb", "sadness_14a04Tc", "anger_15a04Wb"];
const PAUSE_MS = 1500;
const HEADER_BYTES = 44;
const BYTES_PER_MS = 32;

/** Of the microphone's picture: so much has been heard. */
const HEARD_MS = 12_500;

/** Writes a WAV file of the recordings. */
function writeTalk(file: string): void {
  const recordings = TALK.map((name) => readFileSync(path.join(packageRoot(), `examples/emodb/${name}.wav`)));
  const pause = Buffer.alloc(PAUSE_MS * BYTES_PER_MS);
  const sound = Buffer.concat(recordings.flatMap((wav) => [wav.subarray(HEADER_BYTES), pause]));
  const header = Buffer.from(recordings[0]!.subarray(0, HEADER_BYTES));
  header.writeUInt32LE(sound.length + HEADER_BYTES - 8, 4);
  header.writeUInt32LE(sound.length, HEADER_BYTES - 4);
  writeFileSync(file, Buffer.concat([header, sound]));
}

const shows = (page: Page, id: string, text: string): Promise<unknown> =>
  page.waitForFunction(([place, expected]) => document.getElementById(place!)?.textContent?.startsWith(expected!), [id, text]);

async function openTab(browser: Browser, server: PageServer, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ permissions: ["microphone"], ...options });
  const page = await context.newPage();
  await page.goto(server.address);
  await shows(page, "headline", "ready");
  return page;
}

/** The first cell of a row is the state. */
const isAnswered = (): boolean =>
  Array.from(document.querySelectorAll("#answers td:nth-child(2)")).some((cell) => cell.textContent !== "listening");

async function visit(browser: Browser, server: PageServer): Promise<Visit> {
  const before = server.requests.length;
  const begin = performance.now();
  const page = await openTab(browser, server, {});
  const readyMs = performance.now() - begin;
  const all = server.requests.slice(before);
  const requests = new Set(all.slice(0, all.includes("sw.js") ? all.indexOf("sw.js") : undefined)).size;
  const time = async (button: string, answer: () => Promise<unknown>): Promise<number> => {
    const from = performance.now();
    await Promise.all([answer(), page.click(button)]);
    return performance.now() - from;
  };
  const exampleMs = await time("button[data-example^=anger]", () => shows(page, "headline", "anger"));
  await page.reload();
  await shows(page, "headline", "ready");
  const microphoneMs = await time("#speak", () => page.waitForFunction(isAnswered));
  await page.context().close();
  return { readyMs, requests, exampleMs, microphoneMs };
}

async function takePictures(browser: Browser, server: PageServer, folder: string): Promise<void> {
  const kinds = [
    { name: "page-light", options: { colorScheme: "light", viewport: { width: 1000, height: 700 } } },
    { name: "page-dark", options: { colorScheme: "dark", viewport: { width: 1000, height: 700 } } },
    { name: "page-phone", options: { colorScheme: "light", viewport: { width: 360, height: 1200 } } },
  ] as const;
  for (const { name, options } of kinds) {
    const page = await openTab(browser, server, options);
    if (name === "page-light") {
      await page.click("button[data-example^=anger]");
      await shows(page, "headline", "anger");
    } else {
      await page.click("#speak");
      await page.waitForTimeout(HEARD_MS);
    }
    await page.mouse.move(0, 0);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.waitForTimeout(200);
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
    await page.context().close();
  }
}

await runIfMain(import.meta.url, async () => {
  const { values } = parseArgs({ options: { out: { type: "string" }, pictures: { type: "string" } } });
  const work = mkdtempSync(path.join(tmpdir(), "light-sernet-page-"));
  const folder = path.join(work, "page");
  const microphone = path.join(work, "microphone.wav");
  writeTalk(microphone);
  await buildPage(folder);
  const server = await servePage(folder, "/light-sernet/");
  const browser = await launchChromium(["--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${microphone}`]);
  try {
    if (values.pictures !== undefined) await takePictures(browser, server, values.pictures);
    const visits: Visit[] = [];
    for (let count = 0; count < VISITS; count++) visits.push(await visit(browser, server));
    const middle = (name: keyof Visit): number => Math.round(median(visits.map((measured) => measured[name])));
    const report = {
      how: "node dist/bench/page.js",
      date: today(),
      machine: machine(),
      versions: { "light-sernet": packageVersion(), node: process.version, chromium: browser.version() },
      modules: measuredModules(path.join(packageRoot(), "weights/micro/int8"), MODULE_BUILDS.map(moduleFile)),
      visits: VISITS,
      results: {
        ...pageSizes(folder),
        ...{
          requests: middle("requests"),
          readyMs: middle("readyMs"),
          exampleMs: middle("exampleMs"),
          microphoneMs: middle("microphoneMs"),
        },
      },
    };
    const text = `${JSON.stringify(report, null, 2)}\n`;
    printLine(text.trimEnd());
    if (values.out !== undefined) writeWhole(values.out, text);
  } finally {
    await browser.close();
    await server.close();
    rmSync(work, { recursive: true });
  }
});

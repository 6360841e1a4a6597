/** The page with Chromium's fake microphone, which plays a WAV file: quiet, one recording of EMO-DB, quiet. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { skipWithoutChromium } from "../support/chromium.js";
import { repositoryRoot } from "../support/paths.js";
import { wavFile } from "../support/wav.js";
import { answered, headline, type OpenTab, openTab, type PageUnderTest, saved, startPage } from "./open_page.js";

const RATE = 16000;
const QUIET = 5 * RATE;

const skip = { skip: skipWithoutChromium };
let folder: string;
let opened: PageUnderTest;

before(async () => {
  if (skipWithoutChromium) return;
  folder = mkdtempSync(join(tmpdir(), "light-sernet-microphone-"));
  const recording = readFileSync(join(repositoryRoot, "examples/emodb/anger_15a04Wb.wav")).subarray(44);
  const voice = new Int16Array(Uint8Array.from(recording).buffer);
  const sound = new Int16Array(RATE / 2 + voice.length + QUIET);
  sound.set(voice, RATE / 2);
  writeFileSync(join(folder, "microphone.wav"), wavFile(sound));
  opened = await startPage(join(folder, "microphone.wav"));
});

after(async () => {
  await opened?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

async function listening(options: Parameters<typeof openTab>[1] = {}): Promise<OpenTab> {
  const tab = await openTab(opened, { permissions: ["microphone"], ...options });
  await tab.page.click("#speak");
  await tab.page.waitForFunction(() => document.querySelector("#speak")?.textContent === "Stop");
  return tab;
}

test("speech is answered while it is heard, then nobody speaks; the network may be cut off before", skip, async (t) => {
  const { page, faults } = await openTab(opened, { permissions: ["microphone"] });
  await page.waitForFunction(() => document.querySelector("#offline")?.textContent?.startsWith("This page is kept"));
  await page.context().setOffline(true);
  const begin = performance.now();
  await page.click("#speak");
  await page.waitForFunction(() => /uncertain|accepted/.test(document.querySelector("#answers")?.textContent ?? ""));
  t.diagnostic(`${Math.round(performance.now() - begin)} ms from click to first answer in speech, which begins after 500 ms`);
  await page.waitForFunction(() => document.querySelector("#headline")?.textContent === "anger");
  await page.waitForFunction(() => document.querySelector("#headline")?.textContent === "listening");
  assert.match((await page.textContent("#announcement"))!, /^(anger|listening)$/);
  await page.click("#speak");
  await page.waitForFunction(() => document.querySelector("#announcement")?.textContent === "The microphone is closed.");
  assert.equal(await page.textContent("#speak"), "Speak");
  assert.match((await page.textContent("#detail"))!, /^stopped after \d+\.\d\d s; the last answer$/);
  const { name, text } = await saved(page, "#save-json");
  assert.match(name, /^speech-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.json$/);
  const { source, stream } = JSON.parse(text);
  assert.equal(source, "microphone");
  const answers = stream.answers as { timeMs: number; state: string; label: string | null }[];
  assert.ok(answers.some(({ state, label }) => state === "label" && label === "anger"));
  assert.ok(answers.some(({ state }) => state === "listening"));
  const speech = stream.speech as { speaking: boolean }[];
  assert.deepEqual(
    speech.slice(0, 2).map(({ speaking }) => speaking),
    [true, false],
  );
  assert.deepEqual(faults, []);
});

test("another model while it listens: it goes on listening", skip, async () => {
  const { page, faults } = await listening();
  await page.selectOption("#model", "full");
  await page.waitForFunction(() => document.querySelector("#model-status")?.textContent?.startsWith("full, "));
  await page.waitForFunction(() => document.querySelector("#answers tr") !== null);
  assert.equal(await page.textContent("#speak"), "Stop");
  await page.click("button[data-example^=sadness]");
  await page.waitForFunction(() => document.querySelector("#figures")?.textContent?.startsWith("sadness"));
  assert.deepEqual([await page.textContent("#speak"), await headline(page)], ["Speak", "sadness"]);
  assert.deepEqual(faults, []);
});

test("people who want less motion see at most three pictures a second, others every new frame", skip, async () => {
  const drawn: number[] = [];
  for (const reducedMotion of ["reduce", "no-preference"] as const) {
    const { page } = await listening({ reducedMotion });
    drawn.push(
      await page.evaluate(async () => {
        let pictures = 0;
        const { clearRect } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.clearRect = function (...place) {
          pictures++;
          clearRect.apply(this, place);
        };
        await new Promise((resolve) => setTimeout(resolve, 2000));
        return pictures;
      }),
    );
    await page.context().close();
  }
  assert.ok(drawn[0]! >= 2 && drawn[0]! <= 6 && drawn[1]! > 10, `${drawn} in two seconds`);
});

test("a microphone that is not allowed: one sentence, and the answer to a file stays", skip, async () => {
  const { page } = await openTab(opened, { permissions: [] });
  const shown = (): Promise<(string | null)[]> => Promise.all([headline(page), page.textContent("#detail")]);
  await page.click("button[data-example^=anger]");
  await answered(page);
  const earlier = await shown();
  assert.equal(earlier[0], "anger");
  await page.click("#speak");
  await page.waitForFunction(() => document.querySelector("#problem")?.textContent !== "");
  assert.match((await page.textContent("#problem"))!, /^The microphone is not allowed for this page; [^\n]*\.$/);
  assert.equal(await page.textContent("#speak"), "Speak");
  assert.deepEqual(await shown(), earlier);
});

/** The page for keyboards, screen readers, small screens, dark and light. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import type { FileChooser, Page } from "playwright-core";
import { skipWithoutChromium } from "../support/chromium.js";
import { answered, assertFits, headline, openTab, type PageUnderTest, startPage } from "./open_page.js";

const skip = { skip: skipWithoutChromium };
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let opened: PageUnderTest;

before(async () => {
  if (!skipWithoutChromium) opened = await startPage();
});

after(() => opened?.close());

/** What axe-core finds, a line each; also what it cannot decide by itself, but for the contrast over a canvas. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    type Found = { id: string; nodes: { target: string[] }[] };
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: Found[]; incomplete: Found[]; passes: Found[] }> };
    };
    const { violations, incomplete, passes } = await axe.run();
    if (passes.length < 20) return ["axe-core has checked hardly anything"];
    return [...violations, ...incomplete].map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`);
  });
}

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1200, 360])
    test(`axe-core finds nothing, ${colorScheme}, ${width} pixels wide; nothing is outside the screen`, skip, async () => {
      const { page } = await openTab(opened, { colorScheme, viewport: { width, height: 800 } });
      await assertFits(page);
      assert.deepEqual(await findings(page), []);
      await page.click("button[data-example^=sadness]");
      await answered(page);
      await page.click("summary");
      await assertFits(page);
      assert.deepEqual(await findings(page), []);
      await page.setInputFiles("#file", { name: "a very long name ".repeat(12), mimeType: "text/plain", buffer: Buffer.from("no sound") });
      await page.waitForFunction(() => document.querySelector("#problem")?.textContent !== "");
      await assertFits(page);
      assert.deepEqual(await findings(page), []);
      await page.context().close();
    });

test("from the keyboard alone: an example, another model, the table, a saved file", skip, async () => {
  const { page, faults } = await openTab(opened);
  // Playwright takes the dialog only from the next moment on: long before the key.
  const choosers: FileChooser[] = [];
  page.on("filechooser", (chooser) => choosers.push(chooser));
  const tabTo = async (selector: string): Promise<void> => {
    for (let presses = 0; presses < 30; presses++) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not lead to ${selector}`);
  };
  await tabTo("#speak");
  await tabTo("#choose");
  await page.keyboard.press("Enter");
  await tabTo("button[data-example^=anger]");
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle), "none");
  await page.keyboard.press("Enter");
  await answered(page);
  assert.equal(await headline(page), "anger");
  assert.match((await page.textContent("#announcement"))!, /^anger_15a04Wb\.wav: anger, 99\.\d %/);
  await tabTo("#model");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.querySelector("#model-status")?.textContent?.startsWith("full, "));
  await answered(page);
  await tabTo("summary");
  await page.keyboard.press("Enter");
  assert.ok((await page.locator("#answers tr").count()) >= 3);
  assert.equal(choosers.length, 1);
  await tabTo("#save-json");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.equal(download.suggestedFilename(), "anger_15a04Wb.json");
  assert.deepEqual(faults, []);
});

test("every control has a name, and pictures have a text", skip, async () => {
  const { page } = await openTab(opened);
  const tree = await page.locator("body").ariaSnapshot();
  for (const line of [/button "Speak"/, /button "Choose a file"/, /combobox "Model"/, /combobox "Build"/, /img "Waveform, mel spectrogram/])
    assert.match(tree, line);
});

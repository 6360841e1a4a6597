/** The page with files: answers, saving, models, what it refuses, and no network. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import { soundFixture } from "../sounds/sound_fixtures.js";
import { skipWithoutChromium } from "../support/chromium.js";
import { repositoryRoot } from "../support/paths.js";
import { answered, headline, openTab, type PageUnderTest, ready, saved, startPage } from "./open_page.js";

const SADNESS = join(repositoryRoot, "examples/emodb/sadness_14a04Tc.wav");
const skip = { skip: skipWithoutChromium };

let opened: PageUnderTest;

before(async () => {
  if (!skipWithoutChromium) opened = await startPage();
});

after(() => opened?.close());

test("an example, saved as JSON and CSV: the bits that Node has", skip, async () => {
  const { page, faults } = await openTab(opened);
  await page.click("button[data-example^=anger]");
  await answered(page);
  assert.equal(await headline(page), "anger");
  const { name, text } = await saved(page, "#save-json");
  assert.equal(name, "anger_15a04Wb.json");
  const answer = JSON.parse(text);
  const recognizer = await createRecognizer({ model: "micro" });
  const expected = await recognizer.classifyFile(readFileSync(join(repositoryRoot, "examples/emodb/anger_15a04Wb.wav")));
  assert.deepEqual(answer.logits, expected.logits);
  assert.deepEqual([answer.file, answer.label, answer.model], ["anger_15a04Wb.wav", "anger", expected.model]);
  assert.ok(answer.stream.answers.length >= 3, "a sound of 1.8 s has three answers");
  const ended = answer.stream.answers.at(-1);
  assert.deepEqual([ended.state, ended.label], ["label", "anger"]);
  assert.deepEqual(answer.stream.speech[0].speaking, true);
  const csv = await saved(page, "#save-csv");
  const rows = csv.text
    .trimEnd()
    .split("\r\n")
    .map((row) => row.split(","));
  assert.deepEqual(rows[0]!.slice(0, 7), ["kind", "startMs", "endMs", "state", "label", "confidence", "accepted"]);
  assert.deepEqual(
    rows.slice(1).map(([kind]) => kind),
    ["file", "window", ...answer.stream.answers.map(() => "stream")],
  );
  const along = await createRecognizer({ model: "micro", long: "stream" });
  const { segments } = await along.classifyFile(readFileSync(join(repositoryRoot, "examples/emodb/anger_15a04Wb.wav")));
  assert.deepEqual(
    rows.slice(3).map((row) => row.slice(1, 3).map(Number)),
    segments.map(({ startMs, endMs }) => [startMs, endMs]),
  );
  for (const { timeMs, endMs } of answer.stream.answers as { timeMs: number; endMs: number }[])
    assert.ok(timeMs - endMs >= 560 && timeMs - endMs <= 752, `${endMs} of ${timeMs}`);
  assert.ok(rows.every((row) => row.length === rows[0]!.length));
  assert.equal(Number(rows[1]![rows[0]!.indexOf("anger")]), answer.probabilities.anger);
  assert.deepEqual(faults, []);
});

test("another model and build answer the file again, and every build alike", skip, async () => {
  const { page, faults } = await openTab(opened);
  await page.setInputFiles("#file", SADNESS);
  await answered(page);
  const logits: string[] = [];
  for (const build of ["scalar", "simd", "relaxed"]) {
    if (await page.isDisabled(`#build option[value=${build}]`)) continue;
    await page.selectOption("#build", build);
    await page.waitForFunction(
      (name) => document.querySelector("#model-status")?.textContent?.startsWith(`micro, ${name}`),
      {
        scalar: "scalar",
        simd: "SIMD",
        relaxed: "relaxed SIMD",
      }[build],
    );
    await answered(page);
    const { logits: found, build: used } = JSON.parse((await saved(page, "#save-json")).text);
    assert.equal(used, build);
    logits.push(JSON.stringify(found));
  }
  assert.deepEqual([...new Set(logits)], logits.slice(0, 1));
  await page.selectOption("#build", "auto");
  await page.selectOption("#model", "full");
  await page.waitForFunction(() => document.querySelector("#model-status")?.textContent?.startsWith("full, "));
  await answered(page);
  const { model, label } = JSON.parse((await saved(page, "#save-json")).text);
  assert.deepEqual([model.id.startsWith("emodb-"), model.id.includes("micro"), label], [true, false, "sadness"]);
  assert.deepEqual(faults, []);
});

test("files that the browser decodes, and files that are dropped", skip, async () => {
  const { page, faults } = await openTab(opened);
  for (const name of ["voice.flac", "stereo.mp3", "voice.opus"]) {
    await page.setInputFiles("#file", soundFixture(name));
    await page.waitForFunction((file) => document.querySelector("#figures")?.textContent?.startsWith(file), name);
    assert.equal(await page.textContent("#problem"), "");
  }
  const bytes = [...readFileSync(SADNESS)];
  const transfer = await page.evaluateHandle((content) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(content)], "dropped.wav"));
    return data;
  }, bytes);
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await page.waitForFunction(() => document.querySelector("#figures")?.textContent?.startsWith("dropped.wav"));
  assert.equal(await headline(page), "sadness");
  assert.deepEqual(faults, []);
});

test("what is not a sound is refused in one sentence, and the next file is answered", skip, async () => {
  const { page } = await openTab(opened);
  const refused: string[] = [];
  for (const [name, content] of [
    ["notes.txt", "no sound at all, but more than enough bytes for a header of a sound file"],
    ["empty.wav", ""],
    ["broken.flac", `fLaC${"x".repeat(500)}`],
  ] as const) {
    await page.setInputFiles("#file", { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
    await page.waitForFunction((before) => ![before, ""].includes(document.querySelector("#problem")!.textContent!), refused.at(-1) ?? "");
    refused.push((await page.textContent("#problem"))!);
  }
  for (const sentence of refused) assert.match(sentence, /^[A-Z][^\n]*\.$/);
  assert.equal(refused[1], "This is an empty file; record or download the sound again.");
  assert.match(refused[2]!, /this FLAC file/);
  await page.click("button[data-example^=sadness]");
  await answered(page);
  assert.deepEqual([await headline(page), await page.textContent("#problem")], ["sadness", ""]);
});

test("the policy blocks other servers and scripts in the page", skip, async () => {
  const { page } = await openTab(opened);
  const blocked = await page.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => violations.push(effectiveDirective));
    await fetch("https://light-sernet.invalid/").catch(() => {});
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
    document.body.append(Object.assign(document.createElement("img"), { src: "https://light-sernet.invalid/" }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { violations: violations.sort(), ran: "ran" in globalThis };
  });
  assert.deepEqual(blocked, { violations: ["connect-src", "img-src", "script-src-elem"], ran: false });
});

test(
  "without a network: loaded again from what was kept, the example and a file are answered, and a model that was not used says so",
  skip,
  async () => {
    const own = await startPage();
    try {
      const { page } = await openTab(own);
      await page.waitForFunction(() => document.querySelector("#offline")?.textContent?.startsWith("This page is kept"));
      // The first visit began before there was a service worker: with the second one, it keeps the model.
      await page.reload();
      await ready(page);
      await own.server.close();
      await page.reload();
      await ready(page);
      await page.click("button[data-example^=anger]");
      await answered(page);
      assert.equal(await headline(page), "anger");
      await page.selectOption("#model", "full");
      await page.waitForFunction(() => document.querySelector("#problem")?.textContent !== "");
      assert.match((await page.textContent("#problem"))!, /^This model has not been loaded before and cannot be fetched now/);
      assert.equal(await page.inputValue("#model"), "micro");
      await page.setInputFiles("#file", SADNESS);
      await page.waitForFunction(() => document.querySelector("#figures")?.textContent?.startsWith("sadness"));
      assert.equal(await headline(page), "sadness");
    } finally {
      await own.close();
    }
  },
);

test("a new version waits until the old page is closed, which takes none of its models, and then replaces all of it", skip, async () => {
  const own = await startPage();
  try {
    const { page, faults } = await openTab(own);
    await page.waitForFunction(() => document.querySelector("#offline")?.textContent?.startsWith("This page is kept"));
    const worker = join(own.folder, "code/worker.js");
    const first = readFileSync(worker, "utf8");
    const models = join(own.folder, "models");
    const [version] = readdirSync(models);
    renameSync(join(models, version!), join(models, "second"));
    const second = `${first.replace(`models/${version}`, "models/second")}// second version\n`;
    writeFileSync(worker, second);
    const serviceWorker = join(own.folder, "sw.js");
    writeFileSync(serviceWorker, readFileSync(serviceWorker, "utf8").replace(/"version":"[0-9a-f]{16}"/, '"version":"second"'));
    const read = async (): Promise<{ text: string; caches: number }> => ({
      text: await (await fetch("code/worker.js")).text(),
      caches: (await caches.keys()).length,
    });
    await page.evaluate(async () => {
      const registration = (await navigator.serviceWorker.ready)!;
      await registration.update();
      const next = registration.installing;
      while (next?.state === "installing") await new Promise((resolve) => next.addEventListener("statechange", resolve, { once: true }));
      // It would take over within this time if it did not wait.
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    assert.deepEqual(await page.evaluate(read), { text: first, caches: 2 });
    await page.selectOption("#model", "full");
    await page.waitForFunction(() => document.querySelector("#problem")?.textContent !== "");
    assert.match(
      (await page.textContent("#problem"))!,
      /^This page's model is missing on this server \(HTTP 404\): if the page has a new version, /,
    );
    assert.equal(await page.inputValue("#model"), "micro");
    // Not below the page's folder, so the service worker does not answer it.
    const outside = await page.context().newPage();
    await outside.goto(new URL("/", own.server.address).href);
    await page.close();
    await outside.evaluate(async (address) => {
      while ((await navigator.serviceWorker.getRegistration(address))?.waiting) await new Promise((resolve) => setTimeout(resolve, 20));
    }, own.server.address);
    await outside.goto(own.server.address);
    await ready(outside);
    assert.deepEqual(await outside.evaluate(read), { text: second, caches: 1 });
    assert.deepEqual(
      faults.filter((fault) => !/^requested |404 \(Not Found\)$/.test(fault)),
      [],
    );
  } finally {
    await own.close();
  }
});

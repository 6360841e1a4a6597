/** Apps of the bundlers that build in a second, loaded in Chromium, and browsers that are Node. All bundlers: `npm run test:apps`. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import { skipWithoutChromium } from "../support/chromium.js";
import { repositoryRoot } from "../support/paths.js";
import { APPS, buildApp } from "./apps.js";
import { installPackages, installTools, packPackages } from "./install.js";
import { launchWithMicrophone, loadPage, SPOKEN } from "./load.js";
import type { Answer } from "./sources.js";

const work = mkdtempSync(join(tmpdir(), "light-sernet-quick-apps-"));
const archives = join(work, "packages");
const SOUND = readFileSync(join(repositoryRoot, "examples/speech.wav"));
let tools: string;
let missing: string | undefined;
after(() => rmSync(work, { recursive: true }));

before(async () => {
  packPackages(archives);
  try {
    tools = await installTools("quick");
  } catch (error) {
    // CI has the registry, so that nothing is skipped there.
    if (process.env.CI) throw error;
    missing = `the bundlers cannot be installed: ${String(error).split("\n")[0]}`;
  }
});

const expected = async (model: string): Promise<Answer["logits"]> => (await (await createRecognizer({ model })).classifyFile(SOUND)).logits;

for (const app of APPS.filter(({ tools }) => tools === "quick")) {
  test(`${app.name}: built, loaded, ${app.use === "classify" ? "Node's bits" : "a voice in the microphone is understood"}`, {
    skip: skipWithoutChromium,
  }, async (t) => {
    if (missing !== undefined) return t.skip(missing);
    const server = await app.serve(await buildApp(app, tools, archives));
    const browser = await launchWithMicrophone(work);
    try {
      const { answer, scriptBytes, moduleBytes } = await loadPage(browser, server.address, app.use);
      t.diagnostic(`${scriptBytes} bytes of scripts, ${moduleBytes} of modules, first answer after ${Math.round(answer.ms ?? 0)} ms`);
      assert.equal(answer.error, undefined);
      if (app.use === "listen") assert.equal(answer.label, SPOKEN);
      else assert.deepEqual(answer.logits, await expected(/micro/.test(app.name) ? "micro" : "full"));
    } finally {
      await browser.close();
      server.close();
    }
  });
}

/** What tests of apps run in: Node with the globals of a page. */
const DOMS: Readonly<Record<string, string>> = {
  jsdom: `import { JSDOM } from "jsdom"; const { window } = new JSDOM("", { url: "http://localhost/" }); const fetch = undefined;`,
  "happy-dom": `import { Window } from "happy-dom"; const window = new Window({ url: "http://localhost/" }); const fetch = window.fetch.bind(window);`,
};

for (const [dom, make] of Object.entries(DOMS)) {
  test(`${dom}, with the entry of Node and that of browsers: the package's files are read`, async (t) => {
    if (missing !== undefined) return t.skip(missing);
    const folder = join(tools, "apps", dom);
    mkdirSync(folder, { recursive: true });
    installPackages(archives, folder);
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
    cpSync(join(repositoryRoot, "examples/speech.wav"), join(folder, "speech.wav"));
    const program = `${make}
      import { readFileSync } from "node:fs";
      const globals = { window, document: window.document, location: window.location, URL: window.URL, Blob: window.Blob, fetch };
      for (const [name, value] of Object.entries(globals)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
      const { createRecognizer } = await import("light-sernet");
      const recognizer = await createRecognizer();
      const { logits } = await recognizer.classifyFile(new Uint8Array(readFileSync("speech.wav")));
      const asked = await createRecognizer({ model: "world" }).catch(({ status }) => status);
      console.log(JSON.stringify({ logits, license: recognizer.model.license, asked }));
      process.exit();`;
    writeFileSync(join(folder, "use.js"), program);
    for (const conditions of [[], ["--conditions=browser"]]) {
      const output = execFileSync(process.execPath, [...conditions, "use.js"], { cwd: folder, encoding: "utf8" });
      assert.deepEqual(JSON.parse(output), { logits: await expected("full"), license: "MIT", asked: "NO_MODEL" }, conditions.join());
    }
  });
}

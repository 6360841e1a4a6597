/**
 * Builds an app with each bundler, loads its page in Chromium, and writes bench/results/apps.json (then `npm run docs`): `npm run test:apps`, or some of them,
 * without writing:
 *
 *     npm run test:apps -- Vite Next
 *     npm run test:apps -- "listen Vite"
 *
 * It also runs the Python package on Ray (tests/setup/ray.sh); alone: `npm run test:apps -- Ray`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machine } from "../../bench/measured/machine.js";
import { measuredModules } from "../../bench/measured/modules.js";
import { MODULE_BUILDS, moduleFile } from "../../ts-tools/model/builds.js";
import { createRecognizer } from "../../ts-tools/runtime/index.js";
import { repositoryRoot } from "../support/paths.js";
import { APPS, type App, buildApp } from "./apps.js";
import { installTools, packPackages, versionOf } from "./install.js";
import { type Loaded, launchWithMicrophone, loadPage, SPOKEN } from "./load.js";
import type { Answer, Use } from "./sources.js";

/** Pages that are loaded of each app; the table has the median. */
const LOADS = 3;
/** The word that chooses the tests of the Python package on Ray. */
const RAY = "Ray";

interface Row {
  app: string;
  use: Use;
  bundler: string;
  version: string;
  /** Of all files that were built, with every model and build. */
  builtBytes: number | undefined;
  scriptBytes: number;
  moduleBytes: number;
  /** Since the page began to load; of an app that listens, since the click. */
  firstAnswerMs: number;
}

async function expectedAnswers(): Promise<Map<string, Answer["logits"]>> {
  const sound = readFileSync(join(repositoryRoot, "examples/speech.wav"));
  const answers = new Map<string, Answer["logits"]>();
  for (const model of ["full", "micro"]) answers.set(model, (await (await createRecognizer({ model })).classifyFile(sound)).logits);
  return answers;
}

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "speech.wav")
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

/** Throws unless the page, and its server, have the bits that Node has, and a page that listens has understood. */
function check(app: App, { answer, server }: Loaded, expected: Answer["logits"]): void {
  if (app.use === "listen") {
    if (answer.label !== SPOKEN) throw new Error(answer.error ?? JSON.stringify(answer));
    return;
  }
  for (const [place, got] of Object.entries({ page: answer, server: server ?? (app.bundler === "next" ? {} : answer) }))
    if (JSON.stringify(got.logits) !== JSON.stringify(expected)) throw new Error(`${place}: ${got.error ?? JSON.stringify(got)}`);
}

async function measure(app: App, work: string, archives: string, answers: Map<string, Answer["logits"]>): Promise<Row> {
  const tools = await installTools(app.tools);
  const built = await buildApp(app, tools, archives);
  const server = await app.serve(built);
  const browser = await launchWithMicrophone(work);
  try {
    const times: number[] = [];
    let last: Loaded | undefined;
    for (let load = 0; load < LOADS; load++) {
      last = await loadPage(browser, server.address, app.use);
      check(app, last, answers.get(/micro/.test(app.name) ? "micro" : "full"));
      times.push(last.answer.ms!);
    }
    times.sort((a, b) => a - b);
    return {
      app: app.name,
      use: app.use,
      bundler: app.bundler,
      version: versionOf(tools, app.bundler),
      builtBytes: app.built === undefined ? undefined : sizeOf(join(built.folder, app.built)),
      scriptBytes: last!.scriptBytes,
      moduleBytes: last!.moduleBytes,
      firstAnswerMs: Math.round(times[times.length >> 1]!),
    };
  } finally {
    await browser.close();
    server.close();
  }
}

async function main(chosen: readonly string[]): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "light-sernet-apps-"));
  const failed: string[] = [];
  const rows: Row[] = [];
  let chromium = "";
  try {
    const archives = packPackages(join(work, "packages"));
    const answers = await expectedAnswers();
    const browser = await launchWithMicrophone(work);
    chromium = browser.version();
    await browser.close();
    for (const app of APPS.filter(({ name, use }) => chosen.length === 0 || chosen.some((word) => `${use} ${name}`.includes(word)))) {
      try {
        const row = await measure(app, work, archives, answers);
        rows.push(row);
        const built = row.builtBytes === undefined ? "" : `${row.builtBytes} bytes built, `;
        console.log(
          `ok      ${app.use} ${app.name} ${row.version}: ${built}loaded ${row.scriptBytes} + ${row.moduleBytes}, first answer after ${row.firstAnswerMs} ms`,
        );
      } catch (error) {
        failed.push(app.name);
        console.log(`failed  ${app.use} ${app.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    rmSync(work, { recursive: true });
  }
  console.log(`${rows.length} passed, ${failed.length} failed`);
  if (chosen.length === 0 || chosen.includes(RAY)) {
    const { status } = spawnSync("bash", [join(repositoryRoot, "tests/setup/ray.sh")], { stdio: "inherit" });
    console.log(`${status === 0 ? "ok     " : "failed "} the Python package on Ray`);
    if (status !== 0) failed.push(RAY);
  }
  if (failed.length > 0) process.exitCode = 1;
  // In CI the kept figures stay, which the documents show.
  else if (chosen.length === 0 && !process.env.CI) {
    const modules = measuredModules(join(repositoryRoot, "weights/full/int8"), MODULE_BUILDS.map(moduleFile));
    const results = { machine: machine(), versions: { node: process.version, chromium }, loads: LOADS, modules, results: rows };
    writeFileSync(join(repositoryRoot, "bench/results/apps.json"), `${JSON.stringify(results, null, 2)}\n`);
  }
}

await main(process.argv.slice(2));

/**
 * What the first answer waits for: compiling, an instance, expanded weights, code that is not yet optimized. Each start in a process or page of its own, the subjects in turns.
 *
 *     node dist/bench/start/main.js [--model DIR] [--runs 20] [--out FILE]
 *
 * Prints a table of medians, and writes the figures as JSON with --out.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { runIfMain } from "../../ts-tools/host/main_module.js";
import { median } from "../../ts-tools/host/median.js";
import { packageVersion } from "../../ts-tools/host/package_info.js";
import { packageRoot } from "../../ts-tools/host/package_root.js";
import { writeWhole } from "../../ts-tools/host/pending_files.js";
import { table } from "../../ts-tools/host/table.js";
import { printLine } from "../../ts-tools/host/terminal.js";
import { moduleFile } from "../../ts-tools/model/builds.js";
import { Engine } from "../../ts-tools/runtime/engine.js";
import { centerSegment, readWavSamples } from "../../ts-tools/runtime/features.js";
import { loadFromFolder } from "../../ts-tools/runtime/loader_node.js";
import { launchChromium } from "../compare/chromium.js";
import { type FileServer, serveFiles } from "../compare/file_server.js";
import { machine, today } from "../measured/machine.js";
import { measuredModules } from "../measured/modules.js";
import type { StartPhases } from "./phases.js";

const IN_NODE = fileURLToPath(new URL("in_node.js", import.meta.url));
const SOUND = path.join(packageRoot(), "examples", "speech.wav");
const PHASES = ["compile", "instantiate", "expand", "first", "all", "another", "second", "twentieth"] as const;

interface Subject {
  name: string;
  build: "scalar" | "simd";
  run(): Promise<StartPhases>;
}

function inNode(model: string, sound: string, name: string, build: Subject["build"], way: string, flags: string[] = []): Subject {
  const parameters = [...flags, IN_NODE, path.join(model, moduleFile(build)), sound, way];
  return {
    name: `Node, ${name}`,
    build,
    run: async () => JSON.parse(execFileSync(process.execPath, parameters, { encoding: "utf8" })) as StartPhases,
  };
}

function inPage(browser: Browser, server: FileServer, model: string, sound: string, way: "bytes" | "streaming"): Subject {
  const addresses = {
    script: `${server.address}dist/bench/start/phases.js`,
    module: server.file(path.join(model, moduleFile("simd"))),
    sound: server.file(sound),
    way,
  };
  return {
    name: `Chromium, ${way}`,
    build: "simd",
    async run() {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        await page.goto(server.address);
        return await page.evaluate(async ({ script, module, sound, way }) => {
          const { startPhases } = (await import(script)) as typeof import("./phases.js");
          const samples = new Int16Array(await (await fetch(sound)).arrayBuffer());
          const response = await fetch(module);
          return startPhases(way === "streaming" ? response : new Uint8Array(await response.arrayBuffer()), samples);
        }, addresses);
      } finally {
        await context.close();
      }
    },
  };
}

await runIfMain(import.meta.url, async () => {
  const { values } = parseArgs({
    options: { out: { type: "string" }, model: { type: "string", default: "build" }, runs: { type: "string", default: "20" } },
  });
  const model = path.resolve(values.model);
  const work = mkdtempSync(path.join(tmpdir(), "light-sernet-start-"));
  const browser = await launchChromium();
  const server = await serveFiles({ dist: path.join(packageRoot(), "dist") });
  try {
    const engine = await Engine.create((await loadFromFolder(model, "auto")).module);
    const samples = centerSegment(readWavSamples(engine, await readFile(SOUND)), engine.exports.windowSamples());
    const sound = path.join(work, "samples.bin");
    writeFileSync(sound, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    const subjects = [
      inNode(model, sound, "bytes", "simd", "bytes"),
      inNode(model, sound, "streaming", "simd", "streaming"),
      inNode(model, sound, "scalar build", "scalar", "bytes"),
      inNode(model, sound, "optimized at once", "simd", "bytes", ["--no-liftoff"]),
      inNode(model, sound, "never optimized", "simd", "bytes", ["--liftoff-only"]),
      inPage(browser, server, model, sound, "bytes"),
      inPage(browser, server, model, sound, "streaming"),
    ];
    const runs = subjects.map((): StartPhases[] => []);
    for (let run = 0; run < Number(values.runs); run++)
      for (const [index, subject] of subjects.entries()) runs[index]!.push(await subject.run());
    const results = subjects.map(({ name, build }, index) => ({
      subject: name,
      build,
      runs: runs[index]!.length,
      medianMs: Object.fromEntries(PHASES.map((phase) => [phase, median(runs[index]!.map((run) => run[phase]))])),
    }));
    printLine(
      table(
        ["start", ...PHASES],
        results.map(({ subject, medianMs }) => [subject, ...PHASES.map((phase) => medianMs[phase]!.toFixed(1))]),
      ),
    );
    if (values.out === undefined) return;
    const versions = { "light-sernet": packageVersion(), node: process.version, chromium: browser.version() };
    const modules = measuredModules(model, [moduleFile("scalar"), moduleFile("simd")]);
    const how = "node dist/bench/start/main.js";
    writeWhole(values.out, `${JSON.stringify({ how, date: today(), machine: machine(), versions, modules, results }, null, 2)}\n`);
  } finally {
    await server.close();
    await browser.close();
    rmSync(work, { recursive: true, force: true });
  }
});

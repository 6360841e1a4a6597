/** Importing a module of ours does nothing but define what it exports: what runs on its own is an entry point, and named here. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { runProgram } from "./support/command.js";
import { repositoryRoot } from "./support/paths.js";

/**
 * The command, worker threads, workers and worklets of pages, and scripts that npm and training/ start. Every other main module runs when Node is started with it, and not when it is
 * imported (ts-tools/host/main_module.ts).
 */
const ENTRY_POINTS = [
  "dist/ts-tools/cli/classify_thread.js",
  "dist/ts-tools/cli/main.js",
  "dist/ts-tools/import/import_worker.js",
  "dist/ts-tools/runtime/microphone_worker.js",
  "dist/ts-tools/runtime/microphone_worklet.js",
  "dist/ts-tools/runtime/pool_worker.js",
  "prepare.mjs",
  "training/conversion/float_probabilities.mjs",
  "training/data/front_end.mjs",
];

/** The compiled tools, and the scripts that are not compiled. */
function modules(): string[] {
  const below = (folder: string, ending: string): string[] =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(ending))
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
  return [
    ...["dist/ts-tools", "dist/bench"].flatMap((folder) => below(folder, ".js")),
    ...["ts-tools", "training", "weights"].flatMap((folder) => below(folder, ".mjs")),
    ...readdirSync(repositoryRoot).filter((name) => name.endsWith(".mjs")),
  ];
}

/** Imports all modules; prints what they left: resources that keep the process alive, and listeners of the process. */
const PROGRAM = `
const listeners = () => process.eventNames().map((name) => [String(name), process.listenerCount(name)]);
const before = listeners();
for (const address of JSON.parse(process.env.MODULES)) await import(address);
// The loader closes the files that it has read.
await new Promise((resolve) => setTimeout(resolve, 50));
console.log(JSON.stringify({
  resources: process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap"),
  exitCode: process.exitCode ?? 0,
  same: JSON.stringify(listeners()) === JSON.stringify(before),
}));`;

test("importing all modules and scripts in one process prints nothing, sets no exit code, leaves nothing open", async (t) => {
  const all = modules();
  for (const name of ENTRY_POINTS) assert.ok(all.includes(name), `${name} is not there any more; take it from the list`);
  const imported = all.filter((name) => !ENTRY_POINTS.includes(name));
  assert.ok(imported.length > 100);
  const addresses = imported.map((name) => pathToFileURL(join(repositoryRoot, name)).href);
  const environment = { MODULES: JSON.stringify(addresses) };
  const result = await runProgram(process.execPath, ["--input-type=module", "--eval", PROGRAM], { environment });
  const left = { resources: [], exitCode: 0, same: true };
  assert.deepEqual(result, { code: 0, stdout: `${JSON.stringify(left)}\n`, stderr: "" });
  t.diagnostic(`${imported.length} modules`);
});

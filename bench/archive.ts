/**
 * Long and many recordings with `classify`, each way in a process of its own, in turns: an hour of speech as windows, as a stream, and in two jobs; a folder of
 * short files in one job and in two.
 *
 *     node dist/bench/archive.js [--out FILE] [--rounds 3] [--files 10000] [--seconds 3600]
 *
 * Prints the median of each way and its ratio to the first of its kind, and writes the figures as JSON with --out.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { median } from "../ts-tools/host/median.js";
import { packageVersion } from "../ts-tools/host/package_info.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { table } from "../ts-tools/host/table.js";
import { printLine } from "../ts-tools/host/terminal.js";
import { MODULE_BUILDS, moduleFile } from "../ts-tools/model/builds.js";
import { writeSpeech } from "./growth.js";
import { machine, today } from "./measured/machine.js";
import { measuredModules } from "./measured/modules.js";

interface Way {
  what: "hour" | "folder";
  name: string;
  options: string[];
}

const WAYS: readonly Way[] = [
  { what: "hour", name: "windows, 1 job", options: ["--jobs", "1"] },
  { what: "hour", name: "windows, 2 jobs", options: ["--jobs", "2"] },
  { what: "hour", name: "stream", options: ["--jobs", "1", "--long", "stream"] },
  { what: "folder", name: "1 job", options: ["--jobs", "1"] },
  { what: "folder", name: "2 jobs", options: ["--jobs", "2"] },
];

const MODEL = path.join(packageRoot(), "build");
const MOST_OUTPUT = 1 << 30;

function seconds(input: string, options: readonly string[]): number {
  const command = path.join(packageRoot(), "dist", "ts-tools", "cli", "main.js");
  const begin = performance.now();
  execFileSync(process.execPath, [command, "classify", "--json", "--model", MODEL, ...options, input], { maxBuffer: MOST_OUTPUT });
  return (performance.now() - begin) / 1000;
}

await runIfMain(import.meta.url, () => {
  const { values } = parseArgs({
    options: {
      out: { type: "string" },
      rounds: { type: "string", default: "3" },
      files: { type: "string", default: "10000" },
      seconds: { type: "string", default: "3600" },
    },
  });
  const work = mkdtempSync(path.join(tmpdir(), "light-sernet-archive-"));
  try {
    const inputs = { hour: path.join(work, "hour.wav"), folder: path.join(work, "folder") };
    writeSpeech(inputs.hour, Number(values.seconds));
    mkdirSync(inputs.folder);
    const speech = path.join(packageRoot(), "examples", "speech.wav");
    for (let index = 0; index < Number(values.files); index++) copyFileSync(speech, path.join(inputs.folder, `${index}.wav`));
    const times = WAYS.map((): number[] => []);
    for (let round = 0; round < Number(values.rounds); round++)
      for (const [index, { what, options }] of WAYS.entries()) times[index]!.push(seconds(inputs[what], options));
    const results = WAYS.map(({ what, name }, index) => {
      const first = WAYS.findIndex((way) => way.what === what);
      return {
        what,
        name,
        seconds: median(times[index]!),
        ratio: median(times[index]!) / median(times[first]!),
        runs: times[index]!.length,
      };
    });
    printLine(
      table(
        ["input", "way", "seconds", "of the first"],
        results.map(({ what, name, seconds, ratio }) => [what, name, seconds.toFixed(2), ratio.toFixed(3)]),
      ),
    );
    if (values.out === undefined) return;
    const { files, seconds: length } = values;
    const versions = { "light-sernet": packageVersion(), node: process.version };
    const report = { date: today(), machine: machine(), versions, modules: measuredModules(MODEL, MODULE_BUILDS.map(moduleFile)) };
    writeWhole(values.out, `${JSON.stringify({ ...report, files: Number(files), seconds: Number(length), results }, null, 2)}\n`);
  } finally {
    rmSync(work, { recursive: true });
  }
});

/**
 * Long and many recordings with `classify`, each way in a process of its own, one after another: an hour of speech without a pause, two halves of it, and an hour in turns
 * as of one side of a conversation, as windows and as a stream; a folder of short files. In one job and in two, and as a measure of what two cores give here, in two
 * processes.
 *
 *     node dist/bench/archive.js [--out FILE] [--rounds 5] [--files 10000] [--seconds 3600]
 *
 * Prints the median of each way, and of its ratios to the first of its kind in the same round with the smallest and the largest; writes the figures as JSON with --out.
 */
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { median } from "../ts-tools/host/median.js";
import { packageVersion } from "../ts-tools/host/package_info.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { table } from "../ts-tools/host/table.js";
import { printLine } from "../ts-tools/host/terminal.js";
import { MODULE_BUILDS, moduleFile } from "../ts-tools/model/builds.js";
import { HEADER, RATE, writeSpeech } from "./growth.js";
import { machine, today } from "./measured/machine.js";
import { measuredModules } from "./measured/modules.js";

interface Way {
  what: "hour" | "halves" | "turns" | "folder";
  name: string;
  options: string[];
  /** As many run at once, each with half an hour. */
  processes?: number;
}

const WAYS: readonly Way[] = [
  { what: "hour", name: "windows, 1 job", options: ["--jobs", "1"] },
  { what: "hour", name: "stream", options: ["--jobs", "1", "--long", "stream"] },
  { what: "hour", name: "windows, 2 jobs", options: ["--jobs", "2"] },
  { what: "hour", name: "windows, 2 processes, half an hour each", options: ["--jobs", "1"], processes: 2 },
  { what: "halves", name: "stream, 1 job", options: ["--jobs", "1", "--long", "stream"] },
  { what: "halves", name: "stream, 2 jobs", options: ["--jobs", "2", "--long", "stream"] },
  { what: "turns", name: "windows, 1 job", options: ["--jobs", "1"] },
  { what: "turns", name: "stream", options: ["--jobs", "1", "--long", "stream"] },
  { what: "folder", name: "1 job", options: ["--jobs", "1"] },
  { what: "folder", name: "2 jobs", options: ["--jobs", "2"] },
];

/** Seconds that somebody speaks in a row. */
const TURN = 6;
const MODEL = path.join(packageRoot(), "build");
const MOST_OUTPUT = 1 << 30;
const execute = promisify(execFile);

async function seconds(input: string, options: readonly string[], processes: number): Promise<number> {
  const command = path.join(packageRoot(), "dist", "ts-tools", "cli", "main.js");
  const parameters = [command, "classify", "--json", "--model", MODEL, ...options, input];
  const begin = performance.now();
  await Promise.all(Array.from({ length: processes }, () => execute(process.execPath, parameters, { maxBuffer: MOST_OUTPUT })));
  return (performance.now() - begin) / 1000;
}

await runIfMain(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      out: { type: "string" },
      rounds: { type: "string", default: "5" },
      files: { type: "string", default: "10000" },
      seconds: { type: "string", default: "3600" },
    },
  });
  const work = mkdtempSync(path.join(tmpdir(), "light-sernet-archive-"));
  try {
    const [files, length] = [Number(values.files), Number(values.seconds)];
    const inputOf = (name: string): string => path.join(work, name);
    writeSpeech(inputOf("hour"), length);
    writeSpeech(inputOf("half"), length / 2);
    writeSpeech(inputOf("turns"), length, TURN);
    for (const folder of ["halves", "folder"]) mkdirSync(inputOf(folder));
    for (const name of ["first.wav", "second.wav"]) copyFileSync(inputOf("half"), path.join(inputOf("halves"), name));
    const speech = path.join(packageRoot(), "examples", "speech.wav");
    const fileSeconds = (statSync(speech).size - HEADER) / (2 * RATE);
    for (let index = 0; index < files; index++) copyFileSync(speech, path.join(inputOf("folder"), `${index}.wav`));
    const times = WAYS.map((): number[] => []);
    for (let round = 0; round < Number(values.rounds); round++)
      for (const [index, { what, options, processes = 1 }] of WAYS.entries())
        times[index]!.push(await seconds(inputOf(processes === 1 ? what : "half"), options, processes));
    const results = WAYS.map(({ what, name }, index) => {
      const first = times[WAYS.findIndex((way) => way.what === what)]!;
      return { what, name, seconds: times[index]!, ratios: times[index]!.map((time, round) => time / first[round]!) };
    });
    printLine(
      table(
        ["input", "way", "seconds", "of the first", "least", "most"],
        results.map(({ what, name, seconds, ratios }) => [
          ...[what, name, median(seconds).toFixed(2)],
          ...[median(ratios), Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(3)),
        ]),
      ),
    );
    if (values.out === undefined) return;
    const versions = { "light-sernet": packageVersion(), node: process.version };
    const report = { date: today(), machine: machine(), versions, modules: measuredModules(MODEL, MODULE_BUILDS.map(moduleFile)) };
    writeWhole(values.out, `${JSON.stringify({ ...report, files, fileSeconds, seconds: length, turnSeconds: TURN, results }, null, 2)}\n`);
  } finally {
    rmSync(work, { recursive: true });
  }
});

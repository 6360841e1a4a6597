/**
 * How time and memory grow with the length of a recording: `classify --long windows --jobs 1` on 3 s, 30 s, 10 min and 1 h of speech.
 *
 *     node dist/bench/growth.js [--out FILE] [--build auto|scalar|simd|relaxed]
 *
 * Every length runs in a process of its own; its clock starts when the module is loaded. The windows of a recording overlap by half, so 1 h has 2,399 of
 * them. Prints a table, and writes the figures as JSON with --out.
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { randomBits } from "../ts-tools/evaluate/random_bits.js";
import { runIfMain } from "../ts-tools/host/main_module.js";
import { packageVersion } from "../ts-tools/host/package_info.js";
import { packageRoot } from "../ts-tools/host/package_root.js";
import { writeWhole } from "../ts-tools/host/pending_files.js";
import { table } from "../ts-tools/host/table.js";
import { printLine } from "../ts-tools/host/terminal.js";
import { MODULE_BUILDS, moduleFile } from "../ts-tools/model/builds.js";
import type { Recognition } from "../ts-tools/runtime/result.js";
import { machine, today } from "./measured/machine.js";
import { measuredModules } from "./measured/modules.js";

export interface Growth {
  seconds: number;
  windows: number;
  ms: number;
  msPerWindow: number;
  timesRealTime: number;
  /** The largest resident size of the process. */
  processBytes: number;
}

const MODEL = path.join(packageRoot(), "build");
const LENGTHS = [3, 30, 600, 3600];
/** Of examples/speech.wav: Hz, and bytes before its samples. */
export const RATE = 16000;
export const HEADER = 44;

/** The process prints its largest resident size when it ends. */
const REPORT_MEMORY = "process.on('exit', () => console.error('largest memory', process.resourceUsage().maxRSS))";

/**
 * Writes the shipped recording again and again, in pieces: a process inherits the largest resident size of the one that starts it. With `turns`, as in a conversation with a
 * channel for each person: that many seconds of speech, then as many of a quiet room.
 */
export function writeSpeech(file: string, seconds: number, turns?: number): void {
  const wav = readFileSync(path.join(packageRoot(), "examples", "speech.wav"));
  if (wav.readUInt32LE(24) !== RATE || wav.readUInt16LE(22) !== 1)
    throw new Error("examples/speech.wav is not 16 kHz mono; change the constants in bench/growth.ts");
  const speech = wav.subarray(HEADER);
  const sound = turns === undefined ? speech : Buffer.concat([repeated(speech, 2 * RATE * turns), quietRoom(RATE * turns)]);
  const bytes = 2 * RATE * seconds;
  const header = Buffer.from(wav.subarray(0, HEADER));
  header.writeUInt32LE(bytes + HEADER - 8, 4);
  header.writeUInt32LE(bytes, HEADER - 4);
  const out = openSync(file, "w");
  writeSync(out, header);
  for (let left = bytes; left > 0; left -= sound.length) writeSync(out, sound, 0, Math.min(left, sound.length));
  closeSync(out);
}

function repeated(sound: Buffer, bytes: number): Buffer {
  return Buffer.concat(Array.from({ length: Math.ceil(bytes / sound.length) }, () => sound)).subarray(0, bytes);
}

/** Noise of -60 dB. */
function quietRoom(samples: number): Buffer {
  const bits = randomBits(1);
  return Buffer.from(Int16Array.from({ length: samples }, () => Math.round(114 * (bits() / 2 ** 32 - 0.5))).buffer);
}

function measure(file: string, seconds: number, build: string): Growth {
  const command = path.join(packageRoot(), "dist", "ts-tools", "cli", "main.js");
  const node = ["--import", `data:text/javascript,${encodeURIComponent(REPORT_MEMORY)}`, command];
  const classify = ["classify", "--json", "--jobs", "1", "--long", "windows", "--model", MODEL, "--build", build, file];
  const log = `${file}.log`;
  const shell = ["-c", 'exec "$0" "$@" 2>"$LOG"', process.execPath, ...node, ...classify];
  const text = execFileSync("/bin/sh", shell, { encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, LOG: log } });
  const { timing, segments } = JSON.parse(text) as Recognition;
  const kilobytes = /largest memory (\d+)/.exec(readFileSync(log, "utf8"))?.[1];
  const ms = timing.decodeMs + timing.frontendMs + timing.networkMs;
  return {
    seconds,
    windows: segments.length,
    ms,
    msPerWindow: ms / segments.length,
    timesRealTime: (1000 * seconds) / ms,
    processBytes: Number(kilobytes) * 1024,
  };
}

function measureAll(build: string): Growth[] {
  const folder = mkdtempSync(path.join(tmpdir(), "light-sernet-growth-"));
  try {
    return LENGTHS.map((seconds) => {
      const file = path.join(folder, `${seconds}.wav`);
      writeSpeech(file, seconds);
      const result = measure(file, seconds, build);
      rmSync(file);
      return result;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await runIfMain(import.meta.url, () => {
  const { values } = parseArgs({ options: { out: { type: "string" }, build: { type: "string", default: "auto" } } });
  const results = measureAll(values.build);
  const rows = results.map(({ seconds, windows, ms, msPerWindow, timesRealTime, processBytes }) => [
    seconds,
    windows,
    Math.round(ms),
    msPerWindow.toFixed(2),
    Math.round(timesRealTime),
    Math.round(processBytes / 1e6),
  ]);
  printLine(table(["seconds", "windows", "ms", "ms per window", "times real time", "process, MB"], rows));
  if (values.out === undefined) return;
  const versions = { "light-sernet": packageVersion(), node: process.version };
  // auto takes the first of them that runs.
  const modules = measuredModules(MODEL, MODULE_BUILDS.map(moduleFile));
  const how = `node dist/bench/growth.js --build ${values.build}`;
  writeWhole(values.out, `${JSON.stringify({ how, date: today(), machine: machine(), versions, modules, results }, null, 2)}\n`);
});

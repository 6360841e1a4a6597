#!/usr/bin/env node
/**
 * How time and memory grow with the length of a recording: `classify --long windows` on 3 s, 30 s, 10 min and 1 h of speech.
 *
 *     node bench/growth.mjs [--out FILE] [--build scalar|simd|relaxed]
 *
 * Every length is a process of its own; its clock begins when the module is loaded. The windows of a recording overlap by half, so 1 h has 2,399 of them. Prints a
 * table, and writes the figures as JSON with --out.
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { packageVersion } from "../dist/ts-tools/host/package_info.js";
import { writeWhole } from "../dist/ts-tools/host/write_whole.js";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({ options: { out: { type: "string" }, build: { type: "string", default: "auto" } } });
const LENGTHS = [3, 30, 600, 3600];
const RATE = 16000;
const HEADER = 44;

/** The process tells its largest memory when it ends. */
const TELL = "process.on('exit', () => console.error('largest memory', process.resourceUsage().maxRSS))";

/** Writes the shipped recording, over and over, piece by piece: a process inherits the largest memory of the one that starts it. */
function writeSpeech(file, seconds) {
  const wav = readFileSync(path.join(root, "examples", "speech.wav"));
  if (wav.readUInt32LE(24) !== RATE || wav.readUInt16LE(22) !== 1)
    throw new Error("examples/speech.wav is not 16 kHz mono; adapt this script to it");
  const samples = wav.subarray(HEADER);
  const bytes = 2 * RATE * seconds;
  const header = Buffer.from(wav.subarray(0, HEADER));
  header.writeUInt32LE(bytes + HEADER - 8, 4);
  header.writeUInt32LE(bytes, HEADER - 4);
  const out = openSync(file, "w");
  writeSync(out, header);
  for (let left = bytes; left > 0; left -= samples.length) writeSync(out, samples, 0, Math.min(left, samples.length));
  closeSync(out);
}

function measure(file, seconds) {
  const command = path.join(root, "dist", "ts-tools", "cli", "main.js");
  const node = ["--import", `data:text/javascript,${encodeURIComponent(TELL)}`, command];
  const words = [...node, "classify", "--json", "--long", "windows", "--build", values.build, file];
  const log = `${file}.log`;
  const shell = ["-c", 'exec "$0" "$@" 2>"$LOG"', process.execPath, ...words];
  const text = execFileSync("/bin/sh", shell, { encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, LOG: log } });
  const { timing, segments } = JSON.parse(text);
  const memory = Number(/largest memory (\d+)/.exec(readFileSync(log, "utf8"))[1]) * 1024;
  const ms = timing.decodeMs + timing.frontendMs + timing.networkMs;
  return {
    seconds,
    windows: segments.length,
    ms,
    msPerWindow: ms / segments.length,
    timesRealTime: (1000 * seconds) / ms,
    processBytes: memory,
  };
}

const folder = mkdtempSync(path.join(tmpdir(), "light-sernet-growth-"));
const results = [];
try {
  for (const seconds of LENGTHS) {
    const file = path.join(folder, `${seconds}.wav`);
    writeSpeech(file, seconds);
    results.push(measure(file, seconds));
    rmSync(file);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.table(
  results.map(({ seconds, windows, ms, msPerWindow, timesRealTime, processBytes }) => ({
    seconds,
    windows,
    ms: Math.round(ms),
    "ms a window": Number(msPerWindow.toFixed(2)),
    "times real time": Math.round(timesRealTime),
    "process, MB": Math.round(processBytes / 1e6),
  })),
);
if (values.out) {
  const versions = { "light-sernet": packageVersion(), node: process.version };
  const machine = { cpu: cpus()[0].model, cores: cpus().length };
  const how = `node bench/growth.mjs --build ${values.build}`;
  writeWhole(values.out, `${JSON.stringify({ how, date: new Date().toISOString().slice(0, 10), machine, versions, results }, null, 2)}\n`);
}

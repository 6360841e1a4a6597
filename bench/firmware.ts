#!/usr/bin/env node
/**
 * Instructions, RAM and flash of the firmware on every core, beside TensorFlow Lite Micro with CMSIS-NN when its sources are given.
 *
 *     node bench/firmware.mjs [--out FILE] [--peer "TFLM=.. CMSIS_NN=.. CMSIS=.. FLATBUFFERS=.. GEMMLOWP=.. RUY=.. MODEL=.."]
 *
 * Runs hosts/cortex-m, hosts/riscv and bench/tflm (whose Makefile says what the peer's words are). Counts repeat exactly, whatever else the machine
 * does. Prints a table, and writes the figures as JSON with --out.
 */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeWhole } from "../dist/ts-tools/host/write_whole.js";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({ options: { out: { type: "string" }, peer: { type: "string" } } });

const run = (program, ...words) => execFileSync(program, words, { encoding: "utf8", cwd: root, stdio: ["ignore", "pipe", "inherit"] });
const firstLine = (program) => run(program, "--version").split("\n")[0];
const linesOf = (text) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));

const ours = [
  ...linesOf(run("make", "-s", "-C", "hosts/cortex-m", "report")),
  ...linesOf(run("make", "-s", "-C", "hosts/riscv", "report")),
];
const peers = [];
if (values.peer) {
  const words = values.peer.split(" ").filter((word) => word !== "");
  const revision = (name) =>
    run(
      "git",
      "-C",
      words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? ".",
      "rev-parse",
      "--short",
      "HEAD",
    ).trim();
  for (const core of ["cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"]) {
    const [answer] = linesOf(run("make", "-s", "-j2", "-C", "bench/tflm", `CORE=${core}`, ...words));
    peers.push({ ...answer, revisions: { tfliteMicro: revision("TFLM"), cmsisNn: revision("CMSIS_NN") } });
  }
}

const millions = (count) => (count / 1e6).toFixed(1).padStart(7);
const thousands = (bytes) => (bytes / 1000).toFixed(1).padStart(7);
console.log("core         model             checked  front end  network  total M instructions   RAM kB  flash kB");
for (const { core, model, checked, instructions, ramBytes, flashBytes } of ours) {
  const counts = [instructions.frontend, instructions.network, instructions.total].map(millions).join("  ");
  console.log(
    `${core.padEnd(12)} ${model.padEnd(18)} ${String(checked).padEnd(6)}  ${counts}              ${thousands(ramBytes)}   ${thousands(flashBytes)}`,
  );
}
for (const { core, subject, instructions, ramBytes, flashBytes } of peers) {
  console.log(
    `${core.padEnd(12)} ${subject.padEnd(34)} ${millions(instructions.network)}                       ${thousands(ramBytes)}   ${thousands(flashBytes)}`,
  );
}
if (values.out) {
  const versions = {
    gcc: firstLine("arm-none-eabi-gcc"),
    gccRiscv: firstLine("riscv64-unknown-elf-gcc"),
    qemu: firstLine("qemu-system-arm"),
  };
  writeWhole(values.out, `${JSON.stringify({ versions, results: [...ours, ...peers] }, null, 2)}\n`);
}
